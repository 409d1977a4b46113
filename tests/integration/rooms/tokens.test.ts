/** Tokens that a server refuses although the client took them for good, and openings that nobody wants any more. */
import { Client } from '@colyseus/sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DurableConnection } from '#client/net/durable-room.ts';
import { channel } from '#rooms/chat/chat.ts';
import { CLOSE } from '#schema/protocol.ts';
import { openWorld, quiet, type Seat, until, up, type World } from './harness.ts';

quiet();
let world: World;
const opened: DurableConnection<unknown>[] = [];
beforeEach(async () => {
  world = await openWorld();
  await world.create(channel, 'talk');
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.leave(false);
  await world.close();
});

/** A session whose token a wrong clock takes for good: `stale` until a server refuses it. */
function session(renewable = true) {
  const options = { name: 'ann', sid: 'login-of-ann' };
  const made = { refused: 0, stale: true, tokens: async () => '' as string };
  const expired = world.issuer.token({ ...options, expiresIn: -60 });
  made.tokens = async (refused?: string) => {
    if (refused !== undefined) made.refused++;
    if (refused !== undefined && renewable) made.stale = false;
    return made.stale ? expired : world.issuer.token(options);
  };
  return made;
}

async function open(tokens: () => Promise<string>): Promise<DurableConnection<unknown>> {
  const connection = await DurableConnection.open(new Client(world.host.endpoint), 'talk', tokens);
  opened.push(connection);
  return connection;
}

it('[V13] a join with an expired token renews it once and succeeds', async () => {
  const ann = session();
  const connection = await open(ann.tokens);
  expect([connection.status, ann.refused]).toEqual(['live', 1]);
});

it('[V13] a resume with an expired token renews it once too', async () => {
  const ann = session();
  const connection = await open(ann.tokens);
  ann.stale = true;
  connection.room?.connection.close(CLOSE.retry, 'a cut');
  await until(() => connection.status === 'reconnecting');
  await up(connection);
  expect(ann.refused).toBe(2);
});

it('[V13] a second refusal ends the session', async () => {
  const ann = session(false);
  const connection = await open(ann.tokens);
  expect([connection.status, connection.refusal, ann.refused]).toEqual(['signed-out', 'unauthenticated', 1]);
});

it('[V14] twenty cancelled openings during an outage join nothing when the server returns', async () => {
  const line = (await world.open('bea', 'talk')) as Seat;
  line.line.refuse();
  const openings = Array.from({ length: 20 }, () => {
    const unwanted = new AbortController();
    const tokens = () => world.issuer.token({ name: 'ann' });
    const opening = DurableConnection.open(new Client(line.line.endpoint), 'talk', tokens, unwanted.signal);
    return { unwanted, opening };
  });
  for (const { unwanted } of openings) unwanted.abort();
  const ended = await Promise.all(openings.map(({ opening }) => opening));
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['ended']));
  await line.leave(false);
  const dials = line.line.dials();
  line.line.accept();
  const ann = await open(() => world.issuer.token({ name: 'cat' }));
  expect([ann.status, line.line.dials() - dials]).toEqual(['live', 0]);
  expect(world.room('talk').replica.seats.held()).toHaveLength(2);
});
