import { afterEach, expect, it, vi } from 'vitest';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { openWorld, quiet, until, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

it('[X8] a match that is over when its process dies, and an abandoned table, are ended by the next process', async () => {
  world = await openWorld({ idleMs: 1_500 });
  await world.create(connectFour, 'deserted');
  await world.create(connectFour, 'played');
  const pair = [await world.open('ann', 'played'), await world.open('bea', 'played')] as const;
  await until(() => pair.every(({ state }) => state.phase === 'playing'));
  await pair[0].submit('resign');
  await Promise.all(pair.map((one) => one.leave()));
  const records = () => Promise.all(['deserted', 'played'].map((room) => world.store.find(room)));
  await vi.waitUntil(async () => (await records()).every((record) => record?.unsettled === false), { timeout: 5_000 });
  await world.stop(false);

  await world.start({ idleMs: 300 });
  expect((await records()).map((record) => record?.ended)).not.toContain(true);
  const over = async () => (await records()).every((record) => record === undefined || record.ended);
  await vi.waitUntil(over, { timeout: 15_000, interval: 50 });
});
