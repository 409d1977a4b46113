import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { memoryMembers } from '#server/testing/memory-members.ts';
import { type Harness, openEdge, startTarget, type Target } from './harness.ts';

const GENEROUS = { timeout: 30_000, interval: 10 };
const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

let edge: Harness;
let target: Target;
let members: ReturnType<typeof memoryMembers>;
/** Somebody whom no registry knows: whatever reaches it was chosen by a client. */
let stranger: { host: string; reached: () => number; close(): void };

beforeEach(async () => {
  members = memoryMembers();
  target = await startTarget(members, 'a');
  members.claim('r1', 'a');
  edge = await openEdge({}, members);
  let reached = 0;
  const server = createServer().on('connection', () => reached++);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  stranger = { host, reached: () => reached, close: () => server.close() };
});
afterEach(() => stranger.close());

const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
const upgrade = (targetOf: string, headers = 'Host: parlor.test\r\n') =>
  edge.raw(`GET ${targetOf} HTTP/1.1\r\n${headers}${HANDSHAKE}\r\n`);
const request = (line: string, headers = 'Host: parlor.test\r\n') =>
  edge.raw(`${line} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);

it("[Z5] no spelling of a target makes the edge dial a client's address", async () => {
  const { host } = stranger;
  const targets = [
    `http://${host}/p1/r1?sessionId=s`,
    `ws://${host}/p1/r1?sessionId=s`,
    `//${host}/r1?sessionId=s`,
    `/${host}/r1?sessionId=s`,
    `/@${host}/r1?sessionId=s`,
    `/p1/r1@${host}?sessionId=s`,
    `/p1%2f..%2f${host}/r1?sessionId=s`,
    `/p1/..;/${host}?sessionId=s`,
    `\\\\${host}\\r1?sessionId=s`,
    `/p1/${host}?sessionId=s`,
    `${host}/p1/r1?sessionId=s`,
  ];
  for (const one of targets) {
    expect([one, status(await upgrade(one))]).toEqual([one, expect.toSatisfy((code) => code === 400 || code === 404)]);
    expect([one, status(await request(`GET ${one}`))]).toEqual([
      one,
      expect.toSatisfy((code) => code === 400 || code === 404),
    ]);
  }
  expect(status(await request(`CONNECT ${host}`))).toBe(0);
  expect(status(await request('OPTIONS *'))).toBe(400);
  expect([stranger.reached(), target.upgrades.length, target.requests.length]).toEqual([0, 0, 0]);
});

it('[Z5] no header decides where the edge dials', async () => {
  const { host } = stranger;
  const names = ['Host', 'X-Forwarded-Host', 'Forwarded', 'X-Original-URL', 'X-Rewrite-URL', 'Location', 'Origin'];
  for (const name of names.slice(1)) {
    const headers = `Host: parlor.test\r\n${name}: ${name === 'Origin' ? 'http://parlor.test' : host}\r\n`;
    expect(status(await request('GET /version', headers))).toBe(200);
  }
  expect(status(await request('GET /version', `Host: ${host}\r\n`))).toBe(200);
  expect(target.requests.at(-1)?.headers.host).toBe(host);
  expect(stranger.reached()).toBe(0);
});

it.each([
  ['none', ''],
  ['two', 'Host: a\r\nHost: b\r\n'],
  ['a user and a host', 'Host: parlor.test@evil.example\r\n'],
  ['a path', 'Host: parlor.test/x\r\n'],
])('[Z5] a Host header that is %s is refused, for requests and sockets', async (_name, headers) => {
  expect(status(await request('GET /version', headers))).toBe(400);
  expect(status(await upgrade('/p1/r1?sessionId=s', headers))).toBe(400);
  expect([target.upgrades.length, target.requests.length]).toEqual([0, 0]);
});

it.each([
  ['a bare CR', 'X-A: 1\rX-Forwarded-For: 6.6.6.6\r\n'],
  ['a bare LF', 'X-A: 1\nX-Forwarded-For: 6.6.6.6\r\n'],
  ['a NUL', 'X-A: 1\0\r\n'],
  ['a folded line', 'X-A: 1\r\n X-Forwarded-For: 6.6.6.6\r\n'],
  ['a space before the colon', 'X-Forwarded-For : 6.6.6.6\r\n'],
  ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n'],
  ['a length and chunks', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'],
  ['another coding', 'Transfer-Encoding: gzip, chunked\r\n'],
  ['an obscured coding', 'Transfer-Encoding: xchunked\r\n'],
])('[Z5] %s in the headers never reaches a member with another meaning', async (_name, header) => {
  for (const answer of [
    await request('GET /version', `Host: parlor.test\r\n${header}`),
    await upgrade('/p1/r1?sessionId=s', `Host: parlor.test\r\n${header}`),
  ]) {
    expect([0, 200, 400, 101]).toContain(status(answer));
  }
  for (const { headers } of [...target.requests, ...target.upgrades]) {
    expect(headers['x-forwarded-for']).toBe('127.0.0.1');
    expect(headers['content-length']).toBeUndefined();
  }
});

it.each([
  ['has a body', 'GET', 'Content-Length: 4\r\n', 'GET '],
  ['has chunks', 'GET', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n'],
  ['is not a GET', 'POST', '', ''],
  ['speaks before the answer', 'GET', '', 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'],
])('[Z5] an upgrade that %s is refused', async (_name, method, header, after) => {
  const answer = await edge.raw(
    `${method} /p1/r1?sessionId=s HTTP/1.1\r\nHost: parlor.test\r\n${header}${HANDSHAKE}\r\n${after}`,
  );
  expect([0, 400]).toContain(status(answer));
  expect([target.upgrades.length, target.requests.length]).toEqual([0, 0]);
});

it('[Z5] a held client that sends is disconnected, and none of it reaches the owner', async () => {
  members.put('r2', { at: 'moving' });
  const socket = connect(edge.port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.write(`GET /p1/r2?sessionId=s HTTP/1.1\r\nHost: parlor.test\r\n${HANDSHAKE}\r\n`);
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 1, GENEROUS);
  socket.write('GET /metrics HTTP/1.1\r\n\r\n');
  await once(socket, 'close');
  members.claim('r2', 'a');
  expect(target.upgrades).toEqual([]);
});

it('[Z8] URLs and headers are bounded', async () => {
  const long = 'x'.repeat(9_000);
  expect(status(await request(`GET /version?${long}`))).toBe(414);
  expect(status(await upgrade(`/p1/r1?sessionId=s&x=${long}`))).toBe(414);
  expect(status(await request('GET /version', `Host: parlor.test\r\nX-A: ${long}${long}\r\n`))).toBe(431);
  expect(status(await upgrade('/p1/r1?sessionId=s', `Host: parlor.test\r\nX-A: ${long}${long}\r\n`))).toBe(431);
  expect([target.upgrades.length, target.requests.length]).toEqual([0, 0]);
});

it('[Z8] an address has a bounded number of connections, whatever it does with them', async () => {
  const narrow = await openEdge({ PARLOR_CONNECTIONS_PER_ADDRESS: '5' }, members);
  const idle = Array.from({ length: 30 }, () => connect(narrow.port, '127.0.0.1').on('error', () => {}));
  onTestFinished(() => {
    for (const socket of idle) socket.destroy();
  });
  let left = idle.length;
  for (const socket of idle) socket.resume().on('close', () => left--);
  await vi.waitUntil(() => left === 20, GENEROUS);
});

it('[Z8] a client that never finishes a request is disconnected', async () => {
  const socket = connect(edge.port, '127.0.0.1').on('error', () => {});
  socket.resume().write('GET /version HTTP/1.1\r\nHost: parlor.test\r\nX-A: ');
  await once(socket, 'close');
});

it('[Z5] an upgrade to any protocol but WebSocket is an ordinary request', async () => {
  const answer = await edge.raw(
    'GET /version HTTP/1.1\r\nHost: parlor.test\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n',
  );
  expect(status(answer)).toBe(200);
  expect(target.requests[0]?.headers).not.toHaveProperty('upgrade');
  expect(target.requests[0]?.headers).not.toHaveProperty('http2-settings');
});

const SMUGGLED = 'DELETE /apis/x HTTP/1.1\r\nX-Swallow: ';
it.each([
  ['GET', 'Connection: content-length, keep-alive\r\n'],
  ['GET', ''],
  ['HEAD', ''],
  ['OPTIONS', ''],
  ['DELETE', ''],
  ...['transfer-encoding', 'host', 'authorization', 'cookie', 'origin', 'x-forwarded-for', 'x-anything'].map((name) => [
    'POST',
    `Connection: keep-alive, ${name}\r\n`,
  ]),
  ['POST', 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n'],
])('[Z15] an unexpected body, or a header that would be dropped, is refused: %s %j', async (method, header) => {
  const text = `${method} /version HTTP/1.1\r\nHost: parlor.test\r\n${header}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`;
  const answer = await edge.raw(text);
  expect(status(answer)).toBe(400);
  expect(answer).toContain('Connection: close');
  expect([target.upgrades.length, target.requests.length]).toEqual([0, 0]);
});

it('[Z15] nothing is read behind a refused request, nor behind a pipelined upgrade', async () => {
  const next = 'GET /version HTTP/1.1\r\nHost: parlor.test\r\n';
  const odd = await edge.raw(`GET /version HTTP/1.1\r\n\r\n${next}\r\n${next}${HANDSHAKE}\r\n`);
  expect([status(odd), odd.match(/HTTP\/1\.1 /g)?.length]).toEqual([400, 1]);
  target.freeze();
  await edge.raw(`${next}\r\nGET /p1/r1?sessionId=s HTTP/1.1\r\nHost: parlor.test\r\n${HANDSHAKE}\r\n`);
  expect(target.upgrades).toEqual([]);
});
