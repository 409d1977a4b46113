import { matchMaker, ServerError } from '@colyseus/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { channel } from '#rooms/chat/chat.ts';
import { lobbyRoom } from '#rooms/lobby/lobby-room.ts';
import { createLog } from '#server/telemetry/log.ts';
import { ascii, compiled, hostilePayload, repeatedKeys, shared, str } from '#server/testing/hostile-msgpack.ts';
import { countWork } from '#server/testing/work.ts';
import { openWorld, quiet, until, type World } from './harness.ts';

quiet();
let world: World;
let logged = 0;
const uncaught: unknown[] = [];
const onUncaught = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  process.on('uncaughtException', onUncaught);
  const log = createLog('info', {
    write: (line: string) => {
      logged += line.length;
    },
  });
  world = await openWorld({ log });
  await world.create(channel, 'talk');
  const none = {
    since: () => ({ version: 0, whole: true, open: [], gone: [] }),
    subscribe: () => () => {},
    tell: () => {},
    people: () => [],
  };
  const identity = { player: 'mal', name: 'MAL', roles: ['player'], session: 'l', expiresAt: Date.now() + 3_600_000 };
  const enter = async (token?: string) => {
    if (!token) throw new ServerError(401, 'unauthenticated');
    return identity;
  };
  matchMaker.defineRoomType('lobby', lobbyRoom({ enter, tables: none, others: none, now: Date.now }));
  await matchMaker.handleCreateRoom('lobby', {}, undefined, 'lobby');
});
afterAll(async () => {
  await world.close();
  process.off('uncaughtException', onUncaught);
});

const REQUEST = 0x15;
const request = (type: string, payload: readonly number[] | Uint8Array) => [
  REQUEST,
  1,
  0xa0 | type.length,
  ...ascii(type),
  ...payload,
];
const resume = request('resume', [0x81, ...str('outbox'), ...str('outbox-of-mal')]);
const submitted = (payload: readonly number[] | Uint8Array) =>
  request('submit', [
    0x82,
    ...str('first'),
    1,
    ...str('commands'),
    0x91,
    0x82,
    ...str('type'),
    ...str('post'),
    ...str('payload'),
    ...payload,
  ]);

async function dial(room: string, resumed: boolean): Promise<WebSocket> {
  const token = await world.issuer.token({ name: 'mal' });
  const context = { token, headers: new Headers(), ip: '' };
  const { sessionId } = await matchMaker.controller.invokeMethod('joinById', room, {}, context);
  const socket = new WebSocket(`${world.host.endpoint.replace('http', 'ws')}/p/${room}?sessionId=${sessionId}`);
  let [joined, answered] = [false, !resumed];
  socket.on('error', () => {});
  socket.on('message', (bytes: Buffer) => {
    if (bytes[0] === 10) joined = true;
    if (bytes[0] === 22) answered = true;
  });
  await until(() => joined);
  socket.send(Buffer.from([10]));
  if (resumed) socket.send(Buffer.from(resume));
  await until(() => answered);
  return socket;
}

/** Sends a frame and waits until it was taken: a request behind it is answered, or the connection is over. */
async function send(socket: WebSocket, frame: readonly number[]): Promise<void> {
  const taken = new Promise<void>((resolve) => {
    const done = () => {
      socket.off('close', done);
      socket.off('message', heard);
      resolve();
    };
    const heard = (bytes: Buffer) => bytes[0] === 22 && bytes[1] === 99 && done();
    socket.on('close', done);
    socket.on('message', heard);
  });
  socket.send(Buffer.from(frame));
  socket.send(Buffer.from([REQUEST, 99, ...resume.slice(2)]));
  await taken;
}

const places = [
  ['a room after resume', 'talk', true],
  ['a room before resume', 'talk', false],
  ['the lobby', 'lobby', false],
] as const;

it.for(places)(
  '[N3] a frame with any bytes costs at most in proportion to its length: %s',
  { timeout: 60_000 },
  async ([, room, resumed]) => {
    let socket = await dial(room, resumed);
    const cost = async (frame: readonly number[]) => {
      if (socket.readyState !== WebSocket.OPEN) socket = await dial(room, resumed);
      const before = logged;
      const counted = countWork();
      await send(socket, frame);
      counted.stop();
      expect(counted.work.json).toBeLessThanOrEqual(16 * frame.length + 4_096);
      expect(counted.work.compiled).toBeLessThanOrEqual(80);
      expect(logged - before).toBeLessThanOrEqual(512);
    };
    for (const payload of [
      shared(14),
      [...shared(14), 1],
      repeatedKeys(2_000, 2_000),
      compiled(120),
      [0xc1],
      [0xd6, 0x70, 0, 0, 0, 1],
    ]) {
      await cost(request('submit', payload));
      await cost(submitted(payload));
    }
    for (const type of ['x'.repeat(30), 'y'.repeat(31)]) {
      await cost(request(type, [0xc0]));
      await cost([0x0d, 0xa0 | type.length, ...ascii(type)]);
    }
    await cost([0x0d, 0xda, 0x7d, 0, ...ascii('z'.repeat(32_000))]);
    await cost([REQUEST, 1, 0xda, 0x7d, 0, ...ascii('z'.repeat(32_000))]);
    const frames = fc
      .tuple(fc.constantFrom('resume', 'submit', 'refresh', 'nope', ''), hostilePayload)
      .map(([type, payload]) => (type === '' ? submitted(payload) : request(type, payload)));
    await fc.assert(fc.asyncProperty(frames, cost), { numRuns: 60 });
    expect(uncaught).toEqual([]);
  },
);
