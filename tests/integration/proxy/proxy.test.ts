/** What the guide "Behind a reverse proxy" promises of its examples, with the real proxies before a real server. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Protocol } from '@colyseus/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createBrowser } from '#server/identity/test-browser.ts';
import { ParlorProcess, Person } from '#tests/integration/process/parlor.ts';
import { freePort } from '#tests/kill/victim.ts';
import { PROXIES, type RunningProxy, SILENCE_S, startProxy } from './proxy.ts';

const LIMIT = 60;
/** Parlor pings every 3 s. */
const PINGS = Math.ceil(SILENCE_S / 3) + 1;

let dataDir: string;
let server: ParlorProcess;
let port: number;
let upstream: number;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-proxied-'));
  [port, upstream] = [await freePort(), await freePort()];
  const env = { PARLOR_ORIGIN: `http://localhost:${port}`, PARLOR_TRUSTED_PROXIES: '1', LOG_LEVEL: 'info' };
  server = new ParlorProcess({ dataDir, port: upstream, env: { ...env, PARLOR_REQUESTS_PER_MINUTE: String(LIMIT) } });
  await server.ready();
});
afterAll(async () => {
  await server.end('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

describe.each(Object.keys(PROXIES) as (keyof typeof PROXIES)[])('behind %s', (name) => {
  let proxy: RunningProxy;
  let person: Person;
  beforeAll(async () => {
    proxy = await startProxy(name, { port, upstream });
  });
  afterAll(() => proxy.stop());

  /** From an address of this machine, which the proxy sees. */
  const ask = (path: string, localAddress = '127.0.0.1', headers: Record<string, string> = {}) =>
    new Promise<number>((resolve, reject) => {
      const given = { host: '127.0.0.1', port, path, localAddress, headers: { host: `localhost:${port}`, ...headers } };
      request(given, (answer) => resolve(answer.resume().statusCode ?? 0))
        .on('error', reject)
        .end();
    });

  it('[H12] the page opens without a redirect, and /metrics is closed', async () => {
    expect([await ask('/'), await ask('/t/abc')]).not.toContain(307);
    expect(await ask('/parlor.json')).toBe(200);
    expect(await ask('/metrics')).toBe(404);
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(403);
  });

  it('[H12] people sign up, and rooms open over WebSocket', async () => {
    const origin = `http://localhost:${port}`;
    const browser = createBrowser({ url: origin, realm: 'parlor', clientId: 'parlor-web' });
    const page = await browser.start(`${origin}/`, 'register');
    const form = { username: `ada ${name}`, password: 'correct horse 9 Battery' };
    const { access_token } = await browser.finish(await browser.submit(page, form));
    person = new Person(origin, access_token);
    const talk = await person.open('channel-lobby');
    expect(talk.status).toBe('live');
    await talk.leave(false);
  });

  it("[H12] limits count the client's address, whatever the client claims", async () => {
    const client = name === 'nginx' ? '127.0.0.2' : '127.0.0.3';
    const codes: number[] = [];
    for (let n = 0; n < LIMIT + 5; n++)
      codes.push(await ask('/apis/parlor.dev/v1/games', client, { 'x-forwarded-for': `203.0.113.${n}` }));
    expect(codes.filter((code) => code === 429).length).toBe(5);
    expect(await ask('/apis/parlor.dev/v1/games', '127.0.0.4')).not.toBe(429);
  });

  it("[H12] an idle socket is pinged more often than the proxy's timeout, and stays open", async () => {
    const answer = await fetch(`${person.origin}/matchmake/joinById/lobby`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const { processId, roomId, sessionId } = (await answer.json()) as Record<string, string>;
    const socket = new WebSocket(`ws://localhost:${port}/${processId}/${roomId}?sessionId=${sessionId}`);
    socket.once('message', () => socket.send(Buffer.from([Protocol.JOIN_ROOM])));
    await once(socket, 'open');
    // Caddy bears any silence of a socket.
    for (let n = 0; n < (name === 'nginx' ? PINGS : 1); n++) await once(socket, 'ping');
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });
});
