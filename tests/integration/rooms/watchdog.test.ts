import { afterEach, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { BOT_PLAYER } from '#schema/states.ts';
import { openWorld, quiet, until, up, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

it('[L60] a client detects a silent server within seconds and dials again', async () => {
  world = await openWorld();
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  ann.line.silence();
  const began = performance.now();
  await until(() => ann.status === 'reconnecting', 12_000);
  expect(performance.now() - began).toBeLessThan(9_000);
  const reply = ann.submit('read', { seq: 1 });
  ann.line.speak();
  await up(ann);
  expect(await reply).toMatchObject({ ok: true });
});

it("[L61] one player finishes a match against the bot, also across a restart during the bot's turn", async () => {
  world = await openWorld();
  await world.create(connectFour, 'm1', { bot: true });
  const ann = await world.open('ann', 'm1');
  await until(() => ann.state.phase === 'playing');
  const bot = () => ann.state.seats.findIndex(({ player }: { player: string }) => player === BOT_PLAYER);
  expect(bot()).toBeGreaterThanOrEqual(0);
  let restarted = false;
  for (let move = 0; ann.state.phase !== 'finished' && move < 42; move++) {
    await until(() => ann.state.turn === ann.seat || ann.state.phase === 'finished');
    if (ann.state.phase === 'finished') break;
    for (let column = 0; column < 7; column++) {
      const reply = await ann.submit('drop', { column: (column + 6) % 7 });
      if (reply.ok || reply.code !== 'connect-four/column-full') break;
    }
    if (!restarted && ann.state.turn === bot()) {
      restarted = true;
      await world.stop(false);
      await world.start();
      await up(ann);
    }
  }
  expect(restarted).toBe(true);
  await until(() => ann.state.phase === 'finished');
  await until(() => world.host.delivered.length === 1);
  expect(world.host.delivered[0]?.players).toContain(BOT_PLAYER);
}, 60_000);
