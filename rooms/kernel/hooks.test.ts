import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkHooks } from '#rooms/kernel/check-hooks.ts';
import { HookFault, MachineFault } from '#rooms/kernel/fault.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import { seenBy } from '#rooms/kernel/seen.ts';
import {
  ANSWERING,
  allPlanted,
  BEFORE_THE_ROOM,
  BOT,
  fuse,
  type Hook,
  misbehaving,
  SILENT,
} from '#rooms/testing/misbehaving.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', note));
afterEach(() => void process.off('unhandledRejection', note));

/** Ann and the bot play; Ann arms the room. */
function armed(machine: typeof fuse): Rehearsal<typeof fuse> {
  const room = new Rehearsal(machine, { bot: true });
  room.join('ann');
  room.join(BOT);
  room.do('ann', 'touch', {});
  room.do('ann', 'arm', {});
  return room;
}

/** Everything that can happen to a room, and everything that its host asks in between. */
function liveOn(room: Rehearsal<typeof fuse>): void {
  checkHooks(room.replica);
  const seat = room.replica.seats.of(BOT);
  room.replica.hooks.bot(seenBy(room.replica, seat), seat, keyedRandom([1], 1));
  room.do('ann', 'touch', {});
  room.ticks(1);
  room.apply({ k: 'wake' });
  room.drop('ann');
  room.comeBack('ann');
  room.join('bea');
  room.leave('bea');
  room.leave('ann');
}

describe('[K15] a machine function that throws or returns an invalid value is a fault of its room', () => {
  for (const { hook, how, machine } of allPlanted()) {
    it(`${hook} ${how}`, async () => {
      let fault: unknown;
      try {
        liveOn(armed(machine as typeof fuse));
      } catch (error) {
        fault = error;
      }
      if (!(fault instanceof MachineFault) && !(fault instanceof HookFault))
        throw fault ?? new Error('it was not noticed');
      expect(fault.message.length).toBeLessThan(300);
      if (fault instanceof HookFault) expect(fault.message).toContain(`${hook}: `);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    });
  }
});

it('[K15] the unarmed game has no fault, and every machine function has a planted fault', () => {
  const room = armed(fuse);
  expect(() => liveOn(room)).not.toThrow();
  const functions = Object.entries(fuse).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  const planted: Hook[] = [...ANSWERING, ...SILENT];
  expect(functions.filter((name) => !planted.includes(name as Hook) && !BEFORE_THE_ROOM.includes(name))).toEqual([]);
});

it('[K15] a deadline, a lapse or a view out of bounds is a fault', () => {
  const wrong: [Hook, () => unknown][] = [
    ['deadline', () => ({ clock: 'now', at: Number.POSITIVE_INFINITY })],
    ['deadline', () => ({ clock: 'moon', at: 1 })],
    ['lapseMs', () => -1],
    ['view', () => [{}]],
    ['view', () => Array(5_000).fill(null)],
    ['outcome', () => ({ winners: [3], ending: 'far' })],
    ['outcome', () => ({ winners: [0], ending: 'far', players: Array(4).fill('ann') })],
    ['listing', () => ({ picture: Number.NaN })],
    ['bot', () => ({ type: 7 })],
  ];
  for (const [hook, act] of wrong) {
    expect(() => liveOn(armed(misbehaving(hook, act) as typeof fuse)), hook).toThrow(hook);
  }
});
