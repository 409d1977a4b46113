/** How far random play gets: how often each command was accepted, how often a step took inputs, and in which plays matches ended how. */
import fc from 'fast-check';
import { Replica } from '#rooms/kernel/replica.ts';
import type { Subject } from '#rooms/testing/laws.ts';
import { perform, playsOf } from '#rooms/testing/plays.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import type { MatchState } from '#schema/states.ts';

const RUNS = 300;

/** Stands for the inputs of a step among commands. */
const INPUTS = 'an input';

export type Coverage = { accepted: Record<string, number>; endings: Record<string, number> };

/** Always the same plays. */
export function coverageOf(subject: Subject): Coverage {
  const accepted: Record<string, number> = {};
  const endings: Record<string, number> = {};
  for (const play of fc.sample(playsOf(subject), { numRuns: RUNS, seed: 4 })) {
    const room = new Rehearsal(subject.machine, subject.config);
    for (const event of play) perform(room, event);
    for (const type of acceptedIn(room)) accepted[type] = (accepted[type] ?? 0) + 1;
    const { ending } = room.state as unknown as MatchState;
    if (ending) endings[ending] = (endings[ending] ?? 0) + 1;
  }
  return { accepted, endings };
}

/** What of a subject was never reached. */
export function missing({ machine, never = {}, endings = [] }: Subject, reached: Coverage): string[] {
  const commands = Object.keys(machine.commands).filter((type) => !(type in never) && !reached.accepted[type]);
  return [
    ...(machine.inputs && !reached.accepted[INPUTS] ? ['no step took an input'] : []),
    ...commands.map((type) => `"${type}" was never accepted`),
    ...endings.filter((ending) => !reached.endings[ending]).map((ending) => `no match ended by "${ending}"`),
  ];
}

function acceptedIn({ machine, genesis, log }: Rehearsal<Subject['machine']>): string[] {
  const replica = Replica.genesis(machine, genesis);
  return log
    .flatMap((batch) => replica.apply(batch))
    .flatMap(({ command, refusal }) => {
      if (command.k === 'tick') return command.inputs ? [INPUTS] : [];
      return command.k === 'do' && !refusal ? [command.type] : [];
    });
}
