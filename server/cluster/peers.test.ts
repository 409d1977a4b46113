import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerPeers, createPeers, PeerAway } from '#server/cluster/peers.ts';
import type { Member } from '#server/cluster/ports.ts';
import { createLog } from '#server/telemetry/log.ts';

const KEY = new Uint8Array(32).fill(1);
const calls = {
  double: async ({ n }: { n: number }) => ({ n: 2 * n }),
  fail: async (_: object): Promise<null> => {
    throw new Error('no');
  },
  never: (_: object) => new Promise<null>(() => {}),
};

let server: Server;
let member: Member;
beforeAll(async () => {
  const app = express();
  app.use(answerPeers({ key: KEY, id: 'm', calls: () => calls, log: createLog('silent') }));
  app.use((_, response) => void response.status(418).end());
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  member = { id: 'm', role: 'all', address, draining: false, load: { rooms: 0, clients: 0, lagMs: 0 } };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('[P13] a process is asked by another one that has the key, and by nobody else', async () => {
  expect(await createPeers<typeof calls>(KEY).call(member, 'double', { n: 4 })).toEqual({ n: 8 });
  const stranger = createPeers<typeof calls>(new Uint8Array(32).fill(2));
  await expect(stranger.call(member, 'double', { n: 4 })).rejects.toThrow('403');
  const url = `http://${member.address}/internal/double`;
  expect((await fetch(url, { method: 'POST', body: '{"n":4}' })).status).toBe(403);
});

it('[P13] a proof is for one process and one call with one content, and for a moment', async () => {
  const peers = createPeers<typeof calls>(KEY);
  await expect(peers.call({ ...member, id: 'another' }, 'double', { n: 4 })).rejects.toThrow('403');
  const seen: { url: string; headers: Record<string, string>; body: string }[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = (async (url: string, init: { headers: Record<string, string>; body: string }) => {
    seen.push({ url, headers: init.headers, body: init.body });
    return real(url, init as RequestInit);
  }) as typeof fetch;
  await createPeers<typeof calls>(KEY).call(member, 'double', { n: 4 });
  globalThis.fetch = real;
  const [{ url, headers, body }] = seen as [(typeof seen)[0]];
  const send = (url: string, body: string, more = {}) =>
    fetch(url, { method: 'POST', body, headers: { ...headers, ...more } }).then(({ status }) => status);
  expect(await send(url, body)).toBe(200);
  expect(await send(url, '{"n":5}')).toBe(403);
  expect(await send(url.replace('double', 'fail'), body)).toBe(403);
  expect(await send(url, body, { 'x-parlor-at': String(Date.now() - 60_000) })).toBe(403);
});

it('[P13] who does not answer, or not in time, is away', async () => {
  const peers = createPeers<typeof calls>(KEY);
  await expect(peers.call(member, 'fail', {})).rejects.toThrow(PeerAway);
  await expect(peers.call(member, 'never', {}, 100)).rejects.toThrow(PeerAway);
  await expect(peers.call({ ...member, address: '127.0.0.1:1' }, 'double', { n: 1 })).rejects.toThrow(PeerAway);
});
