import { afterEach, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { probe } from '#rooms/testing/probe.ts';
import { openWorld, quiet, until, up, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

it('[L50] a room without clients is unloaded, and a join by its id restores it unchanged', async () => {
  world = await openWorld({ idleMs: 300 });
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  await ann.submit('post', { text: 'still here' });
  await ann.leave(false);
  await until(() => world.room('talk') === undefined);
  const again = await world.open('ann', 'talk');
  expect(again.seat).toBe(0);
  expect([...again.state.messages.values()]).toMatchObject([{ text: 'still here' }]);
  expect(world.room('talk').connections.size).toBe(1);
});

it('[L51] an unloaded room wakes at its own deadline', async () => {
  world = await openWorld({ idleMs: 300 });
  await world.create(channel, 'talk', { ttlMs: 5_000 });
  const ann = await world.open('ann', 'talk');
  await ann.submit('post', { text: 'soon gone' });
  await ann.leave(false);
  await until(() => world.room('talk') === undefined);
  expect((await world.store.find('talk'))?.deadline).toBeGreaterThan(Date.now());
  await until(() => world.room('talk') !== undefined);
  await until(() => (world.room('talk').replica.state as { messages?: Map<string, unknown> }).messages?.size === 0);
});

it('[L52] a match without players, or that is over, is ended once unloaded; an undelivered outcome keeps it', async () => {
  let away = true;
  const outcomes = {
    async deliver() {
      if (away) throw new Error('the database is away');
    },
  };
  world = await openWorld({ idleMs: 300, outcomes });
  await world.create(connectFour, 'empty');
  await world.create(connectFour, 'm1');
  const seats = [await world.open('ann', 'm1'), await world.open('bea', 'm1')] as const;
  await until(() => seats.every(({ state }) => state.phase === 'playing'));
  await seats[0].submit('resign');
  for (const seat of seats) await seat.leave(false);
  await until(() => world.room('empty') === undefined);
  expect(await world.host.directory.wake('empty')).toBe('no-such-room');
  expect(world.room('m1')).toBeDefined();
  away = false;
  await until(() => world.room('m1') === undefined);
  expect(await world.store.find('m1')).toMatchObject({ ended: true });
  expect(await world.host.directory.wake('m1')).toBe('room-ended');
});

it('[L53] three thousand idle rooms keep no timer each', async () => {
  world = await openWorld();
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  for (let i = 0; i < 3_000; i++) await world.create(i % 2 ? probe : channel, `r${i}`);
  const perRoom = () => (timers() - before) / 3_000;
  // The library's one patch timer stays, and fires in 24 days.
  await until(() => perRoom() <= 1.01);
  const used = process.cpuUsage();
  const from = performance.now();
  await until(() => performance.now() - from > 2_000); // an interval to measure in
  const { user, system } = process.cpuUsage(used);
  expect((user + system) / 1000 / (performance.now() - from)).toBeLessThan(0.35);
});

it('[L54] a realtime room ticks while a client is in it, and not without', async () => {
  world = await openWorld();
  await world.create(probe, 'p');
  const room = world.room('p');
  expect(room.replica.tick).toBe(0);
  const ann = await world.open('ann', 'p');
  await up(ann);
  await until(() => room.replica.tick >= 20);
  await ann.leave(false);
  await until(() => room.connections.size === 0 && room.sequencer.length === 0);
  const seen = [room.replica.tick];
  const from = performance.now();
  await until(() => performance.now() - from > 500); // ten ticks' time
  seen.push(room.replica.tick);
  expect((seen[1] ?? 0) - (seen[0] ?? 0)).toBeLessThanOrEqual(1);
});

it('[L56] each tick is one state: a client sees twenty a second, none twice', async () => {
  world = await openWorld();
  await world.create(probe, 'p');
  const ann = await world.open('ann', 'p');
  await ann.submit('steer', { vx: 50, vy: 50 });
  const seen: number[] = [];
  const ticks: number[] = [];
  ann.room?.onStateChange(() => {
    seen.push(ann.state.seq);
    ticks.push(world.room('p').replica.tick);
  });
  await until(() => seen.length >= 40);
  expect(new Set(seen).size).toBe(seen.length);
  const steps = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0);
  expect(Math.abs(steps - (seen.length - 1))).toBeLessThanOrEqual(2);
});
