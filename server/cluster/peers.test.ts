import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerPeers, createPeers, PeerAway } from '#server/cluster/peers.ts';
import type { Member } from '#server/cluster/ports.ts';
import { proveAnswer } from '#server/cluster/proofs.ts';
import { createLog } from '#server/telemetry/log.ts';

const KEY = new Uint8Array(32).fill(1);
const calls = {
  double: async ({ n }: { n: number }) => ({ n: 2 * n }),
  fail: async (_: object): Promise<null> => {
    throw new Error('no');
  },
  never: (_: object) => new Promise<null>(() => {}),
};

/** The clock that caller and receiver share, until a test takes them apart. */
const clock = { caller: 1_000_000, receiver: 1_000_000 };
const lines: Record<string, unknown>[] = [];
const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
const peersWith = (key: Uint8Array, says = log) =>
  createPeers<typeof calls>({ key, now: () => clock.caller, log: says });
const peers = peersWith(KEY);

let server: Server;
let member: Member;
beforeAll(async () => {
  const app = express();
  app.use(answerPeers({ key: KEY, now: () => clock.receiver, id: 'm', calls, log }));
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

it('[P13] a process answers a peer with the key and no other caller', async () => {
  expect(await peers.call(member, 'double', { n: 4 })).toEqual({ n: 8 });
  const stranger = peersWith(new Uint8Array(32).fill(2), createLog('silent'));
  await expect(stranger.call(member, 'double', { n: 4 })).rejects.toThrow('403');
  const url = `http://${member.address}/internal/double`;
  expect((await fetch(url, { method: 'POST', body: '{"n":4}' })).status).toBe(403);
});

/** The next call as it goes over the wire. */
async function overheard(call: () => Promise<unknown>) {
  const real = globalThis.fetch;
  let seen: { url: string; init: RequestInit & { headers: Record<string, string> } } | undefined;
  globalThis.fetch = (async (url: string, init: RequestInit) => {
    seen = { url, init: init as never };
    return real(url, init);
  }) as typeof fetch;
  await call().finally(() => {
    globalThis.fetch = real;
  });
  if (!seen) throw new Error('nothing was sent');
  const { url, init } = seen;
  return (change: { path?: string; body?: string; headers?: Record<string, string> } = {}) =>
    real(url.replace('double', change.path ?? 'double'), {
      ...init,
      signal: null,
      body: change.body ?? (init.body as never),
      headers: { ...init.headers, ...change.headers },
    }).then(({ status }) => status);
}

it('[P13] a proof is valid for one process, one call and one content, once', async () => {
  await expect(peers.call({ ...member, id: 'another' }, 'double', { n: 4 })).rejects.toMatchObject({ undone: true });
  const send = await overheard(() => peers.call(member, 'double', { n: 4 }));
  const changes: NonNullable<Parameters<typeof send>[0]>[] = [
    {},
    { body: '{"n":5}' },
    { path: 'fail' },
    { headers: { 'x-parlor-at': String(clock.caller + 1) } },
    { headers: { 'x-parlor-nonce': 'another-nonce-of-some-length' } },
    { headers: { 'x-parlor-to': 'another' } },
  ];
  for (const change of changes) expect([change, await send(change)]).toEqual([change, 403]);
});

it('[P13] an invalid proof is refused as such, whatever its form', async () => {
  const headers = { 'x-parlor-at': '1000000', 'x-parlor-nonce': 'n'.repeat(36), 'x-parlor-to': 'm' };
  for (const proof of ['\u00e9'.repeat(43), 'A'.repeat(43), '', 'A', '\u00ff', 'A'.repeat(5_000)])
    for (const more of [headers, { ...headers, 'x-parlor-at': 'now' }, { ...headers, 'x-parlor-nonce': '\u00e9' }]) {
      const sent = { ...more, 'x-parlor-proof': proof };
      const answer = await fetch(`http://${member.address}/internal/double`, {
        method: 'POST',
        body: '{}',
        headers: sent,
      });
      expect(answer.status).toBe(403);
    }
});

it('[P13] a proof is valid for one moment of the shared clock; a refusal is logged once, with its reason', async () => {
  await peers.call(member, 'double', { n: 1 });
  lines.length = 0;
  clock.caller += 31_000;
  for (let n = 0; n < 3; n++)
    await expect(peers.call(member, 'double', { n })).rejects.toMatchObject({ name: 'PeerAway', undone: true });
  clock.caller -= 31_000;
  for (let n = 0; n < 3; n++) await peers.call(member, 'double', { n });
  expect(lines.map(({ msg, reason }) => [msg, reason])).toEqual([
    ['peer call refused', 'clock'],
    ['peer calls verified again', undefined],
  ]);
});

it('[P13] an answer is accepted only when it is proven for this one call', async () => {
  let proof = '';
  const body = JSON.stringify({ answer: { n: 8 } });
  const forger = createServer((_, response) => {
    response.setHeader('x-parlor-proof', proof).end(body);
  }).listen(0, '127.0.0.1');
  await once(forger, 'listening');
  const forged = { ...member, id: 'f', address: `127.0.0.1:${(forger.address() as AddressInfo).port}` };
  lines.length = 0;
  const elsewhere = proveAnswer(KEY, 'the-nonce-of-another-call', 200, Buffer.from(body));
  for (proof of ['', 'A'.repeat(43), elsewhere])
    await expect(peers.call(forged, 'double', { n: 4 })).rejects.toMatchObject({ name: 'PeerAway', undone: false });
  expect(lines.map(({ msg }) => msg)).toEqual([
    'peer answer not verified; check that PARLOR_KEY is the same everywhere',
  ]);
  forger.close();
});

it('[P13] a process that does not answer in time is unavailable', async () => {
  await expect(peers.call(member, 'fail', {})).rejects.toThrow(PeerAway);
  await expect(peers.call(member, 'never', {}, 100)).rejects.toThrow(PeerAway);
  await expect(peers.call({ ...member, address: '127.0.0.1:1' }, 'double', { n: 1 })).rejects.toThrow(PeerAway);
});
