import { Client } from '@colyseus/sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { isOver } from '#client/net/connection.ts';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { Identity } from '#rooms/ports.ts';
import { CLOSE, REQUEST } from '#schema/protocol.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { cutAndReturn, openWorld, quiet, slow, until, up, type World } from './harness.ts';

quiet();
let world: World;
const journal = slow();
/** How long tokens are good for, as the room is told; ms from now. */
let lapse: number | undefined;

beforeEach(async () => {
  lapse = undefined;
  world = await openWorld(journal);
  const verify = createVerifier({
    ...world.issuer.trust,
    hash: world.keyring.hash,
    revoked: (session) => world.ended.has(session),
  });
  await world.stop();
  await world.start({
    authenticate: async (token) => {
      const identity = await verify(token);
      return lapse === undefined || 'refused' in identity
        ? identity
        : ({ ...identity, expiresAt: Date.now() + lapse } satisfies Identity);
    },
  });
});
afterEach(() => world.close());

const seatOf = (room: string, seat = 0) => world.room(room).replica.seats.at(seat);

/** A socket that takes a seat back, as the SDK would. Resolves with the close code, or `open` once a frame came. */
function dial(room: string, connectionId: string, token: string): Promise<number | 'open'> {
  const url = `${world.host.endpoint.replace('http', 'ws')}/p/${room}`;
  const socket = new WebSocket(`${url}?sessionId=${connectionId}&reconnectionToken=${token}&skipHandshake=1`);
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('message', (bytes: Buffer) => {
      if (bytes[0] === 10) resolve('open');
    });
    socket.on('close', (code) => resolve(code));
  });
}
const tokenOf = (room: string, connectionId: string, generation: number) =>
  world.room(room).connections.token(connectionId, generation);

it('[L20] joining again closes the older connection for good, and it does not rejoin', async () => {
  await world.create(channel, 'talk');
  const old = await world.open('ann', 'talk');
  const tab = await world.open('ann', 'talk');
  await until(() => old.status === 'displaced');
  expect(tab.seat).toBe(old.seat);
  expect(await old.submit('read', { seq: 1 })).toMatchObject({ ok: false });
  expect(await tab.submit('read', { seq: 1 })).toMatchObject({ ok: true });
  expect([old.status, tab.status]).toEqual(['displaced', 'live']);
  expect(world.room('talk').connections.size).toBe(1);
});

for (const [machine, kind] of [
  [channel, 'talk'],
  [connectFour, 'match'],
] as const)
  it(`[L110] ${kind}: a device displaced while offline is told so when it is online again`, async () => {
    await world.create(machine, 'r1');
    const laptop = await world.open('ann', 'r1');
    laptop.line.refuse();
    await until(() => laptop.status === 'reconnecting');
    const phone = await world.open('ann', 'r1');
    const seen: string[] = [];
    phone.subscribe(() => void seen.push(phone.status));
    laptop.line.accept();
    await until(() => isOver(laptop.status));
    expect([laptop.status, laptop.refusal, phone.status]).toEqual(['displaced', 'displaced', 'live']);
    expect(await phone.submit(machine === channel ? 'read' : 'resign', { seq: 1 })).toHaveProperty('seq');
    expect(seen).not.toContain('displaced');
    // "Use it here" opens the room anew, which turns it around.
    const again = await world.open('ann', 'r1');
    await until(() => phone.status === 'displaced');
    expect(again.status).toBe('live');
  });

it('[L110] two tabs and a restart: the displaced tab stays displaced, whichever dials first', async () => {
  await world.create(channel, 'talk');
  const old = await world.open('ann', 'talk');
  old.line.refuse();
  await until(() => old.status === 'reconnecting');
  const tab = await world.open('ann', 'talk');
  tab.line.refuse();
  await world.stop(false);
  await world.start();
  old.line.accept();
  await until(() => isOver(old.status));
  tab.line.accept();
  await up(tab);
  expect(old.status).toBe('displaced');
});

it('[L110] a retried join whose answer was lost counts as the same client', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const { holder = '' } = seatOf('talk') ?? {};
  await world.room('talk').sequencer.run({ k: 'join', player: ann.player, connectionId: 'lost', session: 'l', holder });
  ann.line.cut();
  await until(() => seatOf('talk')?.connectionId !== 'lost');
  await up(ann);
});

it('[L111] unknown options of a join are refused', async () => {
  await world.create(channel, 'talk');
  const client = new Client(world.host.endpoint);
  client.auth.token = await world.issuer.token({ name: 'ann' });
  for (const options of [{ seat: 3 }, { holder: '' }, { returning: 1 }])
    await expect(client.joinById('talk', options)).rejects.toThrow('malformed');
});

it('[L21] a disconnection holds the seat; the same token returns to it repeatedly', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const before = { ...seatOf('talk') };
  const token = ann.room?.reconnectionToken;
  for (let time = 0; time < 5; time++) {
    ann.line.cut();
    await until(() => ann.status === 'reconnecting');
    await up(ann);
    expect(seatOf('talk')).toEqual(before);
    expect(ann.room?.reconnectionToken).toBe(token);
  }
  expect(await ann.submit('read', { seq: 1 })).toMatchObject({ ok: true });
});

it('[L22] a reconnection closes the half-open old socket instead of waiting for it', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const { connectionId, generation } = seatOf('talk') ?? { connectionId: '', generation: 0 };
  ann.line.silence();
  const began = performance.now();
  expect(await dial('talk', connectionId, tokenOf('talk', connectionId, generation))).toBe('open');
  expect(performance.now() - began).toBeLessThan(3_000);
});

it('[L23] a socket lost between JOIN_ROOM and its acknowledgement keeps its seat for its token', async () => {
  await world.create(channel, 'talk');
  const client = new Client(world.host.endpoint);
  client.auth.token = await world.issuer.token({ name: 'ann' });
  const { sessionId } = await (
    await fetch(`${world.host.endpoint}/matchmake/joinById/talk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.auth.token}`, 'content-type': 'application/json' },
      body: '{}',
    })
  ).json();
  const socket = new WebSocket(`${world.host.endpoint.replace('http', 'ws')}/p/talk?sessionId=${sessionId}`);
  await new Promise((resolve) => socket.once('message', resolve));
  socket.terminate();
  await until(() => seatOf('talk')?.connected === false);
  expect(await dial('talk', sessionId, tokenOf('talk', sessionId, 1))).toBe('open');
});

it('[L24] a socket lost during a reconnection keeps the seat', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const { connectionId } = ann.room ? { connectionId: ann.room.sessionId } : { connectionId: '' };
  journal.hold();
  ann.line.cut();
  await until(() => ann.status === 'reconnecting' && world.room('talk').sequencer.length > 0); // the return waits for the log
  const dials = ann.line.dials();
  ann.line.cut();
  await until(() => ann.line.dials() > dials); // and the next return finds the first one under way
  await fetch(`${world.host.endpoint}/p/talk`); // what was dialled before this has reached the server
  journal.release();
  await until(() => seatOf('talk')?.connected === true && world.room('talk').connections.size === 1);
  await up(ann);
  expect(ann.room?.sessionId).toBe(connectionId);
  expect(await ann.submit('read', { seq: 1 })).toMatchObject({ ok: true });
});

it('[L25] only a consented leave ends the seat', async () => {
  await world.create(channel, 'talk');
  const [ann, bea] = [await world.open('ann', 'talk'), await world.open('bea', 'talk')];
  await ann.leave(false);
  await bea.leave(true);
  await until(() => seatOf('talk', 1) === undefined && seatOf('talk')?.connected === false);
  expect(ann.status).toBe('ended');
});

it('[L26] a token that is forged, of another seat or room, or of an older generation is refused', async () => {
  await world.create(channel, 'talk');
  await world.create(channel, 'other');
  const [ann] = [await world.open('ann', 'talk'), await world.open('bea', 'talk'), await world.open('ann', 'other')];
  const { connectionId, generation } = seatOf('talk') ?? { connectionId: '', generation: 0 };
  const bea = seatOf('talk', 1) ?? { connectionId: '', generation: 0 };
  ann.line.silence();
  await ann.line.close();
  await until(() => seatOf('talk')?.connected === false);
  const foreign = [
    'x'.repeat(43),
    tokenOf('talk', bea.connectionId, bea.generation),
    tokenOf('other', connectionId, generation),
    tokenOf('talk', connectionId, generation + 1),
  ];
  for (const token of foreign) expect(await dial('talk', connectionId, token)).toBe(4003);
  const again = await world.open('ann', 'talk');
  expect(await dial('talk', connectionId, tokenOf('talk', connectionId, generation))).toBe(4003);
  expect(again.status).toBe('live');
});

it('[L27] a session ended while its player was disconnected is refused on return, and the client shows it', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  world.ended.add('login-of-ann');
  ann.line.cut();
  await until(() => ann.status === 'signed-out');
  expect(ann.refusal).toBe('session-ended');
});

it('[L28] ending a session closes its connections, and no others', async () => {
  await world.create(channel, 'talk');
  const [ann, bea] = [await world.open('ann', 'talk'), await world.open('bea', 'talk')];
  world.ended.add('login-of-ann');
  world.host.directory.signOut({ session: 'login-of-ann' });
  await until(() => ann.status === 'signed-out');
  expect(bea.status).toBe('live');
});

it('[L29] a connection is closed when its token expires; one with a fresh token stays', async () => {
  await world.create(connectFour, 'm1');
  const GRACE = 30_000;
  lapse = 1_200 - GRACE;
  const [ann, bea] = [await world.open('ann', 'm1'), await world.open('bea', 'm1')];
  const codes: number[] = [];
  ann.room?.onDrop((code) => void codes.push(code));
  lapse = undefined;
  const fresh = await world.issuer.token({ name: 'bea' });
  expect(await bea.room?.request(REQUEST.refresh, { token: fresh })).toMatchObject({ ok: true });
  const stolen = await world.issuer.token({ name: 'ann' });
  expect(await bea.room?.request(REQUEST.refresh, { token: stolen })).toMatchObject({ ok: false, code: 'forbidden' });
  await until(() => codes.includes(CLOSE.retry));
  await up(ann, bea);
  expect(bea.room?.reconnection.retryCount).toBe(0);
  await cutAndReturn(bea);
});
