import { afterEach, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { openWorld, quiet, slow, until, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

it('[L1] a command is not visible before its append is durable: in no patch, no full state, no read', async () => {
  const journal = slow();
  world = await openWorld(journal);
  await world.create(channel, 'talk');
  const [ann, bea] = [await world.open('ann', 'talk'), await world.open('bea', 'talk')];
  const before = world.room('talk').replica.seq;

  journal.hold();
  let acked = false;
  const reply = ann.submit('post', { text: 'hello' }).then((answer) => {
    acked = true;
    return answer;
  });
  await until(() => journal.held() === 1);
  const cy = world.open('cy', 'talk');
  await until(() => world.room('talk').sequencer.length === 1); // the join waits behind the append
  expect(world.room('talk').replica.seq).toBe(before);
  expect(world.room('talk').replica.state).toHaveProperty('messages.size', 0);
  expect([ann, bea].map(({ state }) => state.messages.size)).toEqual([0, 0]);
  expect(acked).toBe(false);

  journal.release();
  expect(await reply).toMatchObject({ ok: true });
  expect((await cy).state.messages.size).toBe(1);
  await until(() => bea.state.messages.size === 1);
});

it('[L2] an ack never arrives before the state it confirms', async () => {
  world = await openWorld();
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  for (let i = 0; i < 40; i++) {
    const reply = await ann.submit('read', { seq: i });
    expect(reply.ok).toBe(true);
    if (reply.ok) expect(ann.state.seq).toBeGreaterThanOrEqual(reply.seq);
  }
});

it('[L3] two players finish a match with one reconnection on the way; the outcome is delivered once', async () => {
  world = await openWorld();
  await world.create(connectFour, 'm1');
  const seats = [await world.open('ann', 'm1'), await world.open('bea', 'm1')] as const;
  const [ann] = seats;
  await until(() => seats.every(({ state }) => state.phase === 'playing'));
  for (let move = 0; move < 7; move++) {
    const mover = seats.find(({ seat }) => seat === ann.state.turn) ?? ann;
    if (move === 3) {
      mover.line.cut();
      await until(() => mover.status === 'reconnecting');
    }
    expect(await mover.submit('drop', { column: mover === ann ? 0 : 1 })).toMatchObject({ ok: true });
    const placed = () => ann.state.cells.filter((cell: number) => cell >= 0).length;
    await until(() => seats.every(({ state }) => state.seq === ann.state.seq) && placed() >= move + 1);
  }
  await until(() => ann.state.phase === 'finished');
  await until(() => world.host.delivered.length === 1);
  expect(world.host.delivered[0]).toMatchObject({ game: 'connect-four', winners: ann.state.winners.toArray() });
});
