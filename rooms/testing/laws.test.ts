import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverageOf, missing } from '#rooms/testing/coverage.ts';
import { brokenLaws } from '#rooms/testing/describe-laws.ts';
import { dice } from '#rooms/testing/dice.ts';
import type { Subject } from '#rooms/testing/laws.ts';
import { OtherProcess, traceOf } from '#rooms/testing/other-process.ts';
import { PLANTED } from '#rooms/testing/planted.ts';
import { perform, playsOf } from '#rooms/testing/plays.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import { diceSubject, probeSubject, SUBJECTS } from '#rooms/testing/subjects.ts';

let elsewhere: OtherProcess;
beforeAll(() => {
  elsewhere = new OtherProcess();
});
afterAll(() => elsewhere[Symbol.dispose]());

describe('each law is effective', () => {
  for (const [subject, breaks] of PLANTED) {
    it(`[K7] a machine that ${subject.machine.name.replaceAll('-', ' ')} breaks ${breaks.join(', ')} alone`, async () => {
      expect(await brokenLaws(subject, elsewhere)).toEqual(breaks);
    });
  }
});

it('[K10] a machine that schedules the same due wake again is detected', () => {
  const room = new Rehearsal({ ...probeSubject.machine, wake() {} });
  room.do('ann', 'say', { text: 'for ever' });
  expect(() => room.later(10_000)).toThrow('wants');
});

describe('no law is vacuous', () => {
  const played = (subject: Subject) =>
    fc.sample(playsOf(subject), { numRuns: 100, seed: 4 }).map((play) => {
      const room = new Rehearsal(subject.machine, subject.config);
      const refusals = play.map((event) => perform(room, event));
      return { room, refusals, play };
    });

  it('[K7] random play reaches different endings and different refusals', () => {
    const rooms = played(SUBJECTS['connect-four'] as Subject);
    const endings = new Set(rooms.map(({ room }) => (room.state as { ending: string }).ending));
    expect([...endings]).toEqual(expect.arrayContaining(['four', 'resigned', 'left', 'clock', 'absent', '']));
    const codes = new Set(rooms.flatMap(({ refusals }) => refusals));
    expect([...codes]).toEqual(expect.arrayContaining(['not-seated', 'not-your-turn', 'room-full', 'match-over']));
  });

  it('[K7] random play deals hidden cards, expires notes, steps, and plays rounds', () => {
    const rooms = played(probeSubject as Subject);
    const some = (test: (room: Rehearsal<typeof probeSubject.machine>) => boolean) =>
      rooms.filter(({ room }) => test(room as never)).length;
    expect(some(({ state }) => [...state.hands.values()].some(({ cards }) => cards.length > 1))).toBeGreaterThan(20);
    expect(some(({ state }) => state.notes.size > 0)).toBeGreaterThan(20);
    expect(some(({ log }) => log.some(({ commands }) => commands[0]?.k === 'wake'))).toBeGreaterThan(20);
    expect(some(({ state }) => [...state.players.values()].some(({ x }) => !Number.isInteger(x)))).toBeGreaterThan(20);
    const took = (count: number) =>
      some(({ log }) => log.some(({ commands: [one] }) => one?.k === 'tick' && one.inputs?.length === count));
    expect(took(1)).toBeGreaterThan(20);
    expect(took(2)).toBeGreaterThan(5);
    expect(some(({ state }) => Math.fround(state.drift) !== state.drift)).toBeGreaterThan(20);
  });
});

it('[K7] random play names a command it never had accepted and an ending it never reached', () => {
  const { bid } = dice.commands;
  const stuck = { ...dice, commands: { ...dice.commands, bid: { ...bid, check: () => 'forbidden' as const } } };
  const subject = { ...(diceSubject as Subject), machine: stuck };
  expect(missing(subject, coverageOf(subject))).toEqual([
    '"bid" was never accepted',
    '"call" was never accepted',
    'no match ended by "held"',
    'no match ended by "bluffed"',
  ]);
});

it('[K7] random play fills every seat', () => {
  const most = fc.sample(playsOf(diceSubject as Subject), { numRuns: 100, seed: 4 }).map((play) => {
    const room = new Rehearsal(dice, diceSubject.config);
    for (const event of play) perform(room, event);
    return room.state.seats.filter(({ player }) => player !== '').length;
  });
  expect(Math.max(...most)).toBe(6);
});

it('[K2] the other process replays texts with line separators, and its death is an error', async () => {
  const room = new Rehearsal(probeSubject.machine);
  room.join('ann');
  room.do('ann', 'say', { text: 'a\u2028b\u2029c' });
  const job = { module: probeSubject.module, genesis: room.genesis, log: room.log };
  expect(await elsewhere.replay(job)).toEqual(traceOf(room.replica));
  const gone = new OtherProcess();
  await expect(gone.replay({ ...job, module: 'file:///no/such/module.ts' })).rejects.toThrow('ended');
  await expect(gone.replay(job)).rejects.toThrow('is gone');
});
