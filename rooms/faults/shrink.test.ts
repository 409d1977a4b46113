import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Case, examine } from '#rooms/faults/examine.ts';
import { mended } from '#rooms/faults/mended.ts';
import { cannotBeSeen, losesAtDice, neverStarts, saysNo, talksWithCards } from '#rooms/faults/planted.ts';
import { type Shrunk, shrink } from '#rooms/faults/shrink.ts';
import { said } from '#rooms/faults/test-file.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { perform, playsOf } from '#rooms/testing/plays.ts';
import { probe } from '#rooms/testing/probe.ts';
import { genesisOf, Rehearsal } from '#rooms/testing/rehearse.ts';
import { probeSubject } from '#rooms/testing/subjects.ts';

/** What happened in a room, up to where its machine threw. */
function played(machine: AnyMachine, play: (room: Rehearsal<AnyMachine>) => void): Case {
  const room = new Rehearsal(machine);
  try {
    play(room);
  } catch {
    // its log has what it died of
  }
  return { genesis: room.genesis, batches: room.log, bare: true };
}

function anEvening(room: Rehearsal<AnyMachine>): void {
  for (const player of ['ann', 'bea', 'cat']) room.join(player);
  for (let n = 0; n < 40; n++) {
    room.do(n % 2 ? 'ann' : 'bea', 'steer', { vx: n, vy: 1 });
    room.ticks(3);
    room.do('cat', 'say', { text: `still here ${n}` });
    if (n === 10) room.drop('bea');
    if (n === 20) room.comeBack('bea');
    if (n === 15 || n === 33) room.do('ann', 'draw', {});
  }
  room.do('ann', 'say', { text: 'look' });
}

function found(machine: AnyMachine, history: Case): Shrunk {
  const failure = examine(machine, history);
  if (!failure) throw new Error('it does not fail');
  return shrink(machine, history, failure);
}

const commandsOf = ({ history }: Shrunk) => history.batches.flatMap(({ commands }) => commands.map(said));

it('[L48] a fault is located and shrunk to the commands that cause it', () => {
  const history = played(talksWithCards, anEvening);
  const failure = examine(talksWithCards, history);
  expect(failure).toMatchObject({ what: 'throws', message: 'cards and words', command: { k: 'do', type: 'say' } });
  const shrunk = found(talksWithCards, history);
  expect(commandsOf(shrunk)).toEqual(['join of ann', '"draw" of ann', '"draw" of ann', '"say" of ann']);
  expect(shrunk.failure).toMatchObject({ what: 'throws', seq: 4, message: 'cards and words' });
  expect(examine(mended, shrunk.history)).toBeUndefined();
  expect(examine(mended, history)).toBeUndefined();
});

it('[L48] random draws follow the seq: a kept command keeps its seq', () => {
  const history = played(losesAtDice, anEvening);
  const shrunk = found(losesAtDice, history);
  expect(shrunk.failure).toMatchObject({ what: 'throws', message: 'a bad throw' });
  expect(commandsOf(shrunk).filter((what) => what !== 'confirm')).toEqual(['"say" of cat']);
});

it('[L48] a command skipped in play is retried, also if the room continued for long', () => {
  const { bare: _, ...broken } = played(talksWithCards, anEvening); // nothing in it was refused
  const { seq } = examine(talksWithCards, broken) ?? { seq: 0 };
  const { now = 0 } = broken.batches.at(-1) ?? {};
  const after = Array.from({ length: 30 }, () => ({ now, commands: [{ k: 'tick' as const }] }));
  const history = {
    ...broken,
    batches: [...broken.batches, { now, commands: [{ k: 'skip' as const, seq }] }, ...after],
  };
  expect(examine(talksWithCards, history)).toMatchObject({ what: 'throws', seq });
  expect(commandsOf(found(talksWithCards, history))).toHaveLength(4);
  expect(examine(mended, history)).toBeUndefined();
});

it('[L48] a state that cannot be encoded and a room that does not start are located too', () => {
  const shrunk = found(cannotBeSeen, played(cannotBeSeen, anEvening));
  expect(shrunk.failure).toMatchObject({ what: 'hides', message: 'view: too many cards to show' });
  expect(commandsOf(shrunk)).toEqual(['join of ann', '"draw" of ann', '"draw" of ann']);
  const unstarted = { genesis: genesisOf(neverStarts), batches: played(probe, anEvening).batches };
  expect(found(neverStarts, unstarted)).toMatchObject({ failure: { what: 'starts' }, history: { batches: [] } });
});

it('[L48] a divergence is reported with its command, and the log is cut where it shows', () => {
  const room = new Rehearsal(probe);
  room.join('ann');
  for (const text of ['go', 'stop', 'go on', 'and on']) room.do('ann', 'say', { text });
  const failure = examine(saysNo, { genesis: room.genesis, batches: room.log });
  expect(failure).toMatchObject({ what: 'diverges', seq: 3, command: { type: 'say', payload: { text: 'stop' } } });
  expect(failure?.message).toContain('forbidden, not accepted');
  const shrunk = found(saysNo, { genesis: room.genesis, batches: room.log });
  expect(shrunk.history.batches).toHaveLength(4);
  expect(examine(saysNo, shrunk.history)).toMatchObject({ what: 'diverges', seq: 3 });
  expect(examine(probe, shrunk.history)).toBeUndefined();
});

it('[L48] on random play the shrunk log fails in the same way, and no longer without any one command', () => {
  let faults = 0;
  fc.assert(
    fc.property(playsOf({ ...probeSubject, machine: talksWithCards }), (play) => {
      const history = played(talksWithCards, (room) => {
        for (const event of play) perform(room, event);
      });
      const failure = examine(talksWithCards, history);
      if (failure?.what !== 'throws') return;
      faults++;
      const { history: left, failure: again } = shrink(talksWithCards, history, failure);
      expect(again).toMatchObject({ what: 'throws', message: failure.message });
      left.batches.forEach((_, i) => {
        const fewer = { ...left, batches: left.batches.toSpliced(i, 1) };
        expect(examine(talksWithCards, fewer)?.message).not.toBe(failure.message);
      });
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(faults).toBeGreaterThan(5);
});
