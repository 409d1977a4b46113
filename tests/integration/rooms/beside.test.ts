import { Client } from '@colyseus/sdk';
import { afterEach, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { REQUEST } from '#schema/protocol.ts';
import { askHere } from '#server/cluster/ask.ts';
import { seatedIn } from '#server/matchmaking/matches.ts';
import { askMatch, dismissFrom, endTalkOf } from '#server/rooms/channels.ts';
import { createLog } from '#server/telemetry/log.ts';
import { openWorld, quiet, type Seat, until, up, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

const MATCH = 'm-beside';
const TALK = `channel-${MATCH}`;

/** A match that two play, with its talk. `told`: the match tells the talk of who leaves. */
async function playing(told: boolean) {
  world = await openWorld({
    machines: [connectFour, channel],
    questions(here) {
      const ask = askHere({ seated: seatedIn(here), dismiss: dismissFrom(here) });
      return {
        outsideMatch: askMatch(ask),
        ...(told && { seatGivenUp: endTalkOf(ask, createLog('silent')) }),
      };
    },
  });
  await world.create(connectFour, MATCH, {});
  await world.create(channel, TALK, { match: MATCH });
  const at = async (name: string) => ({ seat: await world.open(name, MATCH), talk: await world.open(name, TALK) });
  const [ann, bea] = [await at('ann'), await at('bea')];
  await up(ann.talk, bea.talk);
  await until(() => [ann, bea].every(({ seat }) => seat.state.phase === 'playing'));
  return { ann, bea };
}
const membersOf = ({ state }: Seat) => [...state.members.keys()];

it('[C16] giving up a seat closes the socket to the talk at once; nothing more is read or written', async () => {
  const { ann, bea } = await playing(true);
  const token = ann.talk.room?.reconnectionToken as string;
  await ann.seat.leave(true);
  await until(() => ann.talk.status === 'refused');
  expect(ann.talk.refusal).toBe('table-only');
  await until(() => membersOf(bea.talk).join() === bea.talk.player);
  expect(await ann.talk.submit('post', { text: 'still here' })).toMatchObject({ ok: false });
  expect((await bea.talk.submit('post', { text: 'alone' })).ok).toBe(true);
  expect([...bea.talk.state.messages.values()].map(({ text }: { text: string }) => text)).toEqual(['alone']);
  await expect(new Client(world.host.endpoint).reconnect(token)).rejects.toThrow();
  expect(world.room(TALK).connections.size).toBe(1);
});

it('[C16] if the match could not notify the talk, a refresh or a return is refused', async () => {
  const { ann, bea } = await playing(false);
  const { room } = ann.talk;
  await ann.seat.leave(true);
  await until(() => bea.seat.state.phase === 'finished');
  expect(membersOf(bea.talk)).toContain(ann.talk.player);
  const token = await world.issuer.token({ name: 'ann', sid: 'login-of-ann' });
  await expect(room?.request(REQUEST.refresh, { token })).rejects.toThrow('closed'); // before any answer
  await until(() => ann.talk.status === 'refused' && membersOf(bea.talk).join() === bea.talk.player);

  await bea.seat.leave(true);
  bea.talk.line.cut();
  await until(() => bea.talk.status === 'refused', 20_000);
  expect(bea.talk.refusal).toBe('table-only');
  expect(world.room(TALK).connections.size).toBe(0);
});
