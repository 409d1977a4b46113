import { Client, type Room } from '@colyseus/sdk';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { probe } from '#rooms/testing/probe.ts';
import { REQUEST } from '#schema/protocol.ts';
import type { TokenOptions } from '#server/identity/test-issuer.ts';
import { createLog } from '#server/telemetry/log.ts';
import { openWorld, quiet, type Seat, until, up, type World } from './harness.ts';

quiet();
let world: World;
const uncaught: unknown[] = [];
const onUncaught = (error: unknown) => void uncaught.push(error);
beforeAll(() => void process.on('uncaughtException', onUncaught));
afterAll(() => void process.off('uncaughtException', onUncaught));
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
  expect(uncaught).toEqual([]);
});

const wire = (seat: Seat, bytes: Uint8Array) => (seat.room as Room).connection.send(bytes);
const raw = (...bytes: number[]) => Uint8Array.from(bytes);
const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const REQUEST_CODE = 0x15;
const DATA_CODE = 0x0d;

it('[L90] frames with arbitrary bytes crash nothing and lose nothing', { timeout: 60_000 }, async () => {
  await world.create(channel, 'talk');
  const [ann, mal] = [await world.open('ann', 'talk'), await world.open('mal', 'talk')];
  const code = fc.constantFrom(0, 9, 10, 11, 13, 14, 15, 17, 18, 19, 20, 21, 22, 31, 0x4d, 0x8d, 0x95, 255);
  const frame = fc.tuple(code, fc.uint8Array({ maxLength: 60 })).map(([first, rest]) => raw(first, ...rest));
  let seq = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 20 }), async (frames) => {
      await up(mal);
      for (const bytes of frames) if (mal.room?.connection.isOpen) wire(mal, bytes);
      expect(await ann.submit('read', { seq: ++seq })).toMatchObject({ ok: true });
    }),
    { numRuns: 40, seed: 11 },
  );
  await up(mal);
  expect(await mal.submit('read', { seq: 1 })).toMatchObject({ ok: true });
  expect(ann.status).toBe('live');
});

it('[L91] truncated, endless and mistyped requests are answered or close their own connection only', async () => {
  await world.create(channel, 'talk');
  const [ann, mal] = [await world.open('ann', 'talk'), await world.open('mal', 'talk')];
  const submit = [0xa6, ...ascii('submit')];
  const frames = [
    raw(REQUEST_CODE),
    raw(REQUEST_CODE, 1),
    raw(REQUEST_CODE, 1, 0xd9),
    raw(REQUEST_CODE, 1, 0xdb, 255, 255, 255, 127),
    raw(REQUEST_CODE, 1, 0xbf, 65),
    raw(REQUEST_CODE, 1, ...submit, 0xdf, 255, 255, 255, 255),
    raw(REQUEST_CODE, 1, ...submit, ...Array(20_000).fill(0x91)),
    raw(DATA_CODE, ...submit),
    raw(DATA_CODE, 0xa4, ...ascii('nope')),
    raw(0x11, 0xa4, ...ascii('nope'), 1, 2, 3),
  ];
  for (const bytes of frames) {
    await up(mal);
    wire(mal, bytes);
    expect(await mal.submit('read', { seq: 1 })).toMatchObject({ ok: true });
  }
  const seat = mal.room as Room;
  for (const payload of [
    undefined,
    null,
    7,
    'x',
    [],
    { first: 0, commands: [] },
    { first: 1, commands: 'x' },
    { first: 1.5 },
  ])
    expect(await seat.request(REQUEST.submit, payload)).toMatchObject({ ok: false, code: 'malformed' });
  expect(await seat.request(REQUEST.resume, { outbox: '!' })).toMatchObject({ ok: false, field: 'outbox' });
  expect(await seat.request(REQUEST.refresh, { token: 7 })).toMatchObject({ ok: false, field: 'token' });
  await expect(seat.request('nope', {})).rejects.toThrow();
  expect(ann.status).toBe('live');
});

it('[L92] an oversized frame closes its socket; the player reconnects, and nothing is lost', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const codes: number[] = [];
  ann.room?.onLeave((code) => void codes.push(code));
  const reply = ann.submit('post', { text: 'kept' });
  wire(ann, new Uint8Array(40_000).fill(DATA_CODE));
  await until(() => codes.length === 1);
  expect(codes).toEqual([1009]);
  expect(await reply).toMatchObject({ ok: true });
  await up(ann);
  expect(ann.state.messages.size).toBe(1);
});

it('[L93] moves out of turn, of the wrong type, after the end, or before resuming are refused and change nothing', async () => {
  await world.create(connectFour, 'm1');
  const seats = [await world.open('ann', 'm1'), await world.open('bea', 'm1')] as const;
  const [ann, bea] = seats;
  await until(() => seats.every(({ state }) => state.phase === 'playing'));
  const [turn, other] = ann.state.turn === ann.seat ? [ann, bea] : [bea, ann];
  const hash = world.room('m1').replica.hash();
  expect(await other.submit('drop', { column: 3 })).toMatchObject({ ok: false, code: 'not-your-turn' });
  for (const payload of [
    undefined,
    {},
    { column: '3' },
    { column: 7 },
    { column: -1 },
    { column: 1.5 },
    { column: 3, x: 1 },
  ])
    expect(await turn.submit('drop', payload)).toMatchObject({ ok: false, code: 'malformed' });
  expect(world.room('m1').replica.hash()).toBe(hash);
  await turn.submit('resign');
  expect(await other.submit('drop', { column: 3 })).toMatchObject({ ok: false, code: 'match-over' });

  const cy = new Client(world.host.endpoint);
  cy.auth.token = await world.issuer.token({ name: 'cy' });
  await world.create(channel, 'talk');
  const early = await cy.joinById('talk');
  const commands = [{ type: 'read', payload: { seq: 1 } }];
  expect(await early.request(REQUEST.submit, { first: 1, commands })).toMatchObject({ ok: false, code: 'not-resumed' });
});

it('[L94] an expired, tampered or foreign token is refused at a join, a resume and a refresh', async () => {
  await world.create(channel, 'talk');
  const good = await world.open('ann', 'talk');
  const options: TokenOptions[] = [
    { name: 'ann', expiresIn: -60 },
    { name: 'ann', issuer: 'https://elsewhere.example' },
    { name: 'ann', audience: 'others' },
    { name: 'ann', client: 'others' },
  ];
  const valid = await world.issuer.token({ name: 'ann' });
  const bad = [
    ...(await Promise.all(options.map((one) => world.issuer.token(one)))),
    `${valid.slice(0, -6)}AAAAAA`,
    '',
    'x',
  ];
  for (const token of bad) {
    const client = new Client(world.host.endpoint);
    client.auth.token = token;
    await expect(client.joinById('talk')).rejects.toThrow('unauthenticated');
    const refused = { ok: false, code: 'unauthenticated' };
    const outbox = 'an-outbox-of-ann';
    expect(await good.room?.request(REQUEST.resume, { outbox, token })).toMatchObject(refused);
    expect(await good.room?.request(REQUEST.refresh, { token })).toMatchObject(refused);
  }
  expect(good.status).toBe('live');
  const other = await world.issuer.token({ name: 'bea' });
  expect(await good.room?.request(REQUEST.refresh, { token: other })).toMatchObject({ ok: false, code: 'forbidden' });
});

/** How an upgrade is answered: its HTTP status, or the code that the opened socket was closed with. */
function knock(path: string, headers: Record<string, string> = {}): Promise<{ status?: number; closed?: number }> {
  const socket = new WebSocket(`${world.host.endpoint.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('unexpected-response', (_, response) => resolve({ status: response.statusCode ?? 0 }));
    socket.on('close', (closed) => resolve({ closed }));
  });
}

/** What the client of a seat dials to come back. */
function wayBack({ room }: Seat): string {
  const { roomId = '', sessionId = '', reconnectionToken = '' } = room ?? {};
  return `/p/${roomId}?sessionId=${sessionId}&reconnectionToken=${reconnectionToken.split(':')[1]}`;
}

it('[L95] a foreign origin opens no socket; an unknown or ended room closes it for good, a restoring one answers 503', async () => {
  let restoring = false;
  await world.close();
  world = await openWorld({
    idleMs: 200,
    wrap: (store) => ({
      ...store,
      claim: async (...given) => (restoring ? 'lost' : store.claim(...given)),
    }),
  });
  await world.create(channel, 'talk');
  await world.create(channel, 'over');
  await world.host.directory.end('over', false);
  const evil = { origin: 'https://evil.example' };
  expect(await knock('/p/talk?sessionId=x', evil)).toEqual({ status: 403 });
  for (const gone of ['nowhere', 'over']) {
    expect(await knock(`/p/${gone}?sessionId=x&reconnectionToken=y`)).toEqual({ closed: 4003 });
    const ann = await world.open('ann', gone);
    expect([ann.status, ann.refusal]).toEqual(['ended', 'no-such-room']);
  }
  const cy = await world.open('cy', 'talk');
  const back = wayBack(cy);
  restoring = true;
  await cy.leave(false);
  await until(() => world.room('talk') === undefined);
  expect(await knock(back)).toEqual({ status: 503 });
  const bea = world.open('bea', 'talk');
  restoring = false;
  expect((await bea).status).toBe('live');
});

it('[L96] a flood closes its own connection; the player reconnects, and other clients notice nothing', async () => {
  await world.close();
  world = await openWorld({ env: { PARLOR_MESSAGES_PER_SECOND: '40' } });
  await world.create(channel, 'talk');
  const [ann, mal] = [await world.open('ann', 'talk'), await world.open('mal', 'talk')];
  const codes: number[] = [];
  mal.room?.onLeave((code) => void codes.push(code));
  for (let i = 0; i < 200; i++) wire(mal, raw(18));
  await until(() => codes.length === 1);
  expect(codes).toEqual([4002]);
  await up(mal);
  expect(await mal.submit('read', { seq: 1 })).toMatchObject({ ok: true });
  expect(ann.status).toBe('live');
  expect(await ann.submit('read', { seq: 1 })).toMatchObject({ ok: true });
});

it('[L97] a full room is refused as full, and a player who already has a seat gets in', async () => {
  await world.create(connectFour, 'm1');
  const seats = [await world.open('ann', 'm1'), await world.open('bea', 'm1')];
  const cy = await world.open('cy', 'm1');
  expect([cy.status, cy.refusal]).toEqual(['refused', 'room-full']);
  expect(await cy.submit('drop', { column: 1 })).toMatchObject({ ok: false, code: 'room-full' });
  const again = await world.open('ann', 'm1');
  expect(again.seat).toBe(seats[0]?.seat);
});

it('[L98] no token, secret or message text is logged, however a connection fails', async () => {
  await world.close();
  const lines: string[] = [];
  world = await openWorld({ log: createLog('trace', { write: (line: string) => void lines.push(line) }) });
  await world.create(probe, 'p', { faulty: true });
  const ann = await world.open('ann', 'p');
  await ann.submit('say', { text: 'a private word' });
  await ann.submit('boom', { where: 'apply' });
  await up(ann);
  wire(ann, raw(REQUEST_CODE, 1, 0xa6, ...ascii('submit'), 0xdf, 255));
  const token = ann.room?.reconnectionToken.split(':')[1] ?? '';
  expect(await knock(`/p/p?sessionId=${ann.room?.sessionId}&reconnectionToken=${token}x`)).toEqual({ closed: 4003 });
  const logged = lines.join('');
  expect(logged).toContain('command faulted; skipped');
  for (const secret of [token, 'a private word', 'eyJ']) expect(logged).not.toContain(secret);
});
