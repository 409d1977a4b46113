/** The sequencer under clocks that step and processes that stand still: every clock is given, and so is its step. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { HostClock } from '#rooms/host/host-clock.ts';
import { Journal } from '#rooms/host/journal.ts';
import { Sequencer } from '#rooms/host/sequencer.ts';
import { type Batch, encodeEntry } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import type { Seal } from '#rooms/ports.ts';
import { genesisOf, NOON } from '#rooms/testing/rehearse.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { openKeyring } from '#server/keys/keyring.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TURN_MS = 60 * SECOND;

let dataDir: string;
let seal: Seal;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-clocks-'));
  seal = (await openKeyring({ dataDir })).journalSeal();
});
afterAll(() => rm(dataDir, { recursive: true }));

/** What one event adds to each clock. */
type Jump = { wall?: number; monotonic?: number; boot?: number };

async function open(machine: AnyMachine, config?: unknown) {
  const at = { wall: NOON, monotonic: 5_000, boot: 90_000 };
  const jump = ({ wall = 0, monotonic = 0, boot = 0 }: Jump) => {
    at.wall += wall;
    at.monotonic += monotonic;
    at.boot += boot;
  };
  const clock = new HostClock({ wall: () => at.wall, monotonic: () => at.monotonic, boot: () => at.boot });
  /** The process runs. */
  const run = (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      jump({ wall: 250, monotonic: 250, boot: 250 });
      clock.activeTime();
      clock.now();
    }
  };
  const genesis = genesisOf(machine, config);
  const store = memoryStore();
  const claim = { room: genesis.room, journal: genesis.journal, machine: machine.name, epoch: 1 };
  const created = await store.create('room', machine.name, 'journal', 'me', seal.entry(claim, 0, encodeEntry(genesis)));
  if (created === 'exists') throw new Error('a store is new');
  const journal = new Journal(store, seal, created);
  const replica = Replica.genesis(machine, genesis);
  let failed: unknown;
  const sequencer = new Sequencer({
    replica,
    journal,
    version: 'test',
    now: clock.now,
    activeTime: clock.activeTime,
    steps() {},
    meter: { appended() {}, late() {}, fault() {}, restored() {}, fenced() {}, dropped() {} },
    show() {},
    after() {},
    fail(error) {
      failed = error;
    },
    doubt() {},
  });
  const log = async () => {
    const batches: Batch[] = [];
    for (let n = 1; n <= replica.batch; n++) batches.push((await journal.batch(n)) as Batch);
    expect(failed).toBeUndefined();
    return batches;
  };
  const enter = (player: string) =>
    sequencer.run({ k: 'join', player, connectionId: `s-${player}`, session: `l-${player}` });
  return { jump, run, sequencer, replica, log, enter, clock };
}

async function match() {
  const room = await open(connectFour, { turnMs: TURN_MS });
  await room.enter('ann');
  await room.enter('bea');
  const state = room.replica.state as ConnectFour;
  expect(state.phase).toBe('playing');
  return { ...room, state };
}

const GAPS: Record<string, Jump> = {
  'the process was stopped': { wall: 75 * SECOND, monotonic: 75 * SECOND, boot: 75 * SECOND },
  'the host was suspended': { wall: 8 * HOUR, boot: 8 * HOUR },
  'the virtual machine was paused': { wall: 8 * HOUR },
};
const STEPS: Record<string, Jump> = {
  '10 minutes forward': { wall: 10 * MINUTE },
  '10 minutes back': { wall: -10 * MINUTE },
  'a day forward': { wall: DAY },
  'a day back': { wall: -DAY },
};

for (const [rule, rows] of [['L112', GAPS] as const, ['L113', STEPS] as const]) {
  describe(rule === 'L112' ? 'a gap' : 'a step of the wall clock', () => {
    for (const [what, jump] of Object.entries(rows)) {
      it(`${rule === 'L112' ? '[L112]' : '[L113]'} ${what}: the turn keeps its length, and a replay agrees`, async () => {
        const room = await match();
        const { replica, state } = room;
        room.run(20 * SECOND);
        room.jump(jump);
        await room.sequencer.run({ k: 'wake' }); // a timer has run out
        expect(state.phase).toBe('playing');
        expect(Math.abs(replica.playTime() - 20 * SECOND)).toBeLessThanOrEqual(SECOND);
        room.run(TURN_MS - 22 * SECOND);
        await room.sequencer.run({ k: 'wake' });
        expect(state.phase).toBe('playing');
        room.run(4 * SECOND);
        await room.sequencer.run({ k: 'wake' });
        expect(state.phase).toBe('finished');

        const batches = await room.log();
        const again = Replica.genesis(connectFour, replica.genesis);
        let before = 0;
        for (const batch of batches) {
          again.apply(batch);
          expect(again.playTime()).toBeGreaterThanOrEqual(before);
          before = again.playTime();
        }
        expect(again.hash()).toBe(replica.hash());
      });
    }
  });
}

it('[L112] a pause during a gap counts from the last moment the process ran', async () => {
  const { sequencer, replica, run, jump, state } = await match();
  run(20 * SECOND);
  jump(GAPS['the process was stopped'] as Jump);
  sequencer.pause(); // the lease had lapsed
  run(5 * SECOND);
  sequencer.resume();
  await sequencer.run({ k: 'wake' });
  expect(state.phase).toBe('playing');
  expect(Math.abs(replica.playTime() - 20 * SECOND)).toBeLessThanOrEqual(SECOND);
});

/** Ms that the process runs after the jump until a message with an hour to live, half an hour old, is gone. */
async function lifeAfter(jump: Jump): Promise<number> {
  const { sequencer, run, replica, enter, ...room } = await open(channel, { ttlMs: HOUR });
  const { messages } = replica.state as unknown as { messages: Map<string, unknown> };
  await enter('ann');
  await sequencer.run({
    k: 'do',
    type: 'post',
    payload: { text: 'hi' },
    player: 'ann',
    outbox: 'o',
    id: 1,
    fingerprint: '',
  });
  expect(messages.size).toBe(1);
  run(HOUR / 2);
  room.jump(jump);
  for (let ran = 0; ran <= 3 * HOUR; ran += MINUTE) {
    await sequencer.run({ k: 'wake' });
    if (messages.size === 0) return ran;
    run(MINUTE);
  }
  return Number.POSITIVE_INFINITY;
}

for (const [what, jump] of Object.entries(STEPS)) {
  it(`[L114] ${what}: a message lives at least half and at most twice its time`, async () => {
    const left = await lifeAfter(jump);
    expect(left).toBeGreaterThanOrEqual(HOUR / 4);
    expect(left).toBeLessThanOrEqual(HOUR + MINUTE);
  });
}

it('[L112] a message that expired while the host was suspended is gone at once', async () => {
  expect(await lifeAfter({ wall: 8 * HOUR, boot: 8 * HOUR })).toBe(0);
  expect(await lifeAfter({ wall: 8 * HOUR, boot: 8 * HOUR, monotonic: 8 * HOUR })).toBe(0);
});
