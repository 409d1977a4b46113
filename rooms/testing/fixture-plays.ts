/** Which random plays are kept as fixtures: the few that together do the most different things. */
import fc from 'fast-check';
import type { Subject } from '#rooms/testing/laws.ts';
import { type Event, perform, playsOf } from '#rooms/testing/plays.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import { type Fixture, fixtureOf } from './fixture.ts';

const SAMPLED = { numRuns: 1_000, seed: 2026 };
/** An ending of a match is worth this many refusals. */
const ENDING = 5;

/** Always the same `count` plays, as long as machine, subject and fast-check are the same. */
export function fixturesOf(subject: Subject, version: string, count: number): Fixture[] {
  const plays = fc.sample(playsOf(subject), SAMPLED).map((play) => ({ play, done: doneIn(subject, play) }));
  const seen = new Set<string>();
  return Array.from({ length: count }, () => {
    const worth = ({ done }: (typeof plays)[number]) =>
      [...done].reduce((sum, [what, weight]) => sum + (seen.has(what) ? 0 : weight), 0);
    const best = plays.reduce((found, one) => (worth(one) > worth(found) ? one : found));
    for (const what of best.done.keys()) seen.add(what);
    return fixtureOf(subject, best.play, version);
  });
}

/** What happened, and its weight. An ending counts when the snapshot in the middle comes before it. */
function doneIn({ machine, config }: Subject, play: readonly Event[]): Map<string, number> {
  const room = new Rehearsal(machine, config);
  const done = new Map<string, number>();
  for (const event of play) {
    const what = event.k === 'do' ? `do ${event.type}` : event.k;
    done.set(`${what}: ${perform(room, event) ?? 'accepted'}`, 1);
  }
  const { endedAt, seq, outcomes } = room.replica;
  if (endedAt > seq / 2 || endedAt === 0) done.set(`end: ${outcomes[0]?.ending ?? 'none'}`, ENDING);
  return done;
}
