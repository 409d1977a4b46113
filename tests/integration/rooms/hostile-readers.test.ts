import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { Protocol } from '@colyseus/core';
import { pack } from 'msgpackr';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { createLog } from '#server/telemetry/log.ts';
import { openWorld, quiet, until, type World } from './harness.ts';

quiet();
const BOUND = 65_536;
let world: World;
let logged = '';
beforeAll(async () => {
  const write = (line: string) => {
    logged += line;
  };
  world = await openWorld({
    env: { PARLOR_MAX_BUFFERED: String(BOUND), PARLOR_MESSAGES_PER_SECOND: '10000' },
    log: createLog('info', { write }),
  });
  await world.create(channel, 'talk');
});
afterAll(() => world.close());

/** A client that takes the handshake and reads nothing after it. */
async function deaf(name: string): Promise<Socket> {
  const { hostname, port, host } = new URL(world.host.endpoint);
  const headers = { authorization: `Bearer ${await world.issuer.token({ name })}`, 'content-type': 'application/json' };
  const url = `${world.host.endpoint}/matchmake/joinById/talk`;
  const { sessionId } = (await (await fetch(url, { method: 'POST', body: '{}', headers })).json()) as {
    sessionId: string;
  };
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const key = createHash('md5').update(randomBytes(8)).digest('base64');
  const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`];
  socket.write([`GET /p/talk?sessionId=${sessionId} HTTP/1.1`, `Host: ${host}`, ...lines, '', ''].join('\r\n'));
  await until(() => world.room('talk').connections.byConnection(sessionId));
  socket.pause();
  return socket;
}

/** A masked frame with a mask of zeros, as a client sends it. */
function masked(opcode: number, payload: readonly number[]): Buffer {
  const size = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0, ...payload]);
}

const PONG = masked(10, []);
const request = (type: string, payload: unknown) =>
  masked(2, [Protocol.ROOM_REQUEST, 1, 0xa0 | type.length, ...Buffer.from(type), ...pack(payload)]);
const refused = async () => (await world.host.metrics.page()).match(/reason="slow-reader"\} (\d+)/)?.[1];

it('[N7] a client that requests and never reads is cut, although it answers pings unasked', {
  timeout: 60_000,
}, async () => {
  const socket = await deaf('mal');
  const token = await world.issuer.token({ name: 'mal' });
  socket.write(masked(2, [Protocol.JOIN_ROOM]));
  socket.write(request('resume', { outbox: 'outbox-of-mal', token }));
  const gaps = { first: 99, commands: Array.from({ length: 64 }, () => ({ type: 'x' })) };
  const many = Buffer.concat([...Array(50).fill(request('submit', gaps)), PONG]);
  const flood = setInterval(() => socket.write(many), 20);
  await until(() => world.room('talk').connections.size === 0, 50_000);
  clearInterval(flood);
  expect(await refused()).toBe('1');
  socket.destroy();
});

it('[N7] before a join is acknowledged nothing is accepted: the first request closes the connection', async () => {
  const socket = await deaf('bea');
  socket.on('data', () => socket.destroy()).resume();
  socket.write(request('refresh', { token: '' }));
  await until(() => world.room('talk').connections.size === 0);
});

it('[N7] violations of the WebSocket protocol log few lines, without content', async () => {
  logged = '';
  for (let n = 0; n < 60; n++) {
    const socket = await deaf(`mal-${n}`);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(Buffer.concat([Buffer.from([0xf2, 0x8c, 0, 0, 0, 0]), Buffer.from('words of mal')]));
    await gone;
  }
  const lines = logged.split('\n').filter((line) => line.includes('"from":"colyseus"'));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(31);
  expect(logged).not.toContain('words of mal');
});
