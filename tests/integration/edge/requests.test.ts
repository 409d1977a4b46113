import { once } from 'node:events';
import { request as send } from 'node:http';
import { expect, it, vi } from 'vitest';
import { memoryMembers } from '#server/testing/memory-members.ts';
import { openEdge, startTarget } from './harness.ts';

const GENEROUS = { timeout: 30_000, interval: 10 };

async function two(env: Record<string, string> = {}, patienceMs?: number) {
  const members = memoryMembers();
  const [a, b] = [await startTarget(members, 'a'), await startTarget(members, 'b')];
  return { members, a, b, edge: await openEdge(env, members, patienceMs) };
}

const join = (url: string, room: string, init: RequestInit = {}) =>
  fetch(`${url}/matchmake/joinById/${room}`, { method: 'POST', body: '{"a":1}', ...init });

it('[Z7] pages, API and sign-in are answered by a member, complete: method, path, query, body, headers', async () => {
  const { edge, a, b } = await two();
  const answer = await fetch(`${edge.url}/apis/parlor/v1/channels?limit=5`, {
    method: 'DELETE',
    body: 'words',
    headers: { cookie: 'a=b', 'x-forwarded-for': '6.6.6.6', 'x-real-ip': '6.6.6.6' },
  });
  expect(await answer.text()).toMatch(/^[ab] DELETE \/apis\/parlor\/v1\/channels\?limit=5$/);
  const [request] = [...a.requests, ...b.requests];
  expect(request?.headers).toMatchObject({ cookie: 'a=b', 'x-forwarded-for': '127.0.0.1' });
  expect(request?.headers['x-real-ip']).toBeUndefined();
  expect([...a.bodies, ...b.bodies]).toEqual(['words']);
});

it('[Z15] the DeleteOptions of a DELETE arrive as one framed body, whatever their framing was', async () => {
  const { edge, members, a } = await two();
  members.remove('b');
  const request = send(`${edge.url}/apis/x`, { method: 'DELETE', headers: { 'transfer-encoding': 'chunked' } });
  request.write('GET /metrics HTTP/1.1\r\n');
  request.end('Host: x\r\n\r\n');
  const [answer] = await once(request, 'response');
  answer.resume();
  await once(answer, 'end');
  expect(a.bodies).toEqual(['GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n']);
  expect(a.requests.map(({ headers }) => headers['content-length'])).toEqual([String(a.bodies[0]?.length)]);
});

it('[Z15] an aborted upload is never taken for a complete one', async () => {
  const { edge, members, a } = await two();
  members.remove('b');
  const request = send(`${edge.url}/apis/x`, { method: 'POST', headers: { 'content-length': '100' } });
  request.on('error', () => {});
  request.write('half');
  await vi.waitUntil(() => a.requests.length === 1, GENEROUS);
  request.destroy();
  await vi.waitUntil(() => a.requests[0]?.destroyed, GENEROUS);
  expect([a.bodies, a.requests[0]?.complete]).toEqual([[], false]);
});

it('[Z7] a client stays at one member until that member drains or is gone', async () => {
  const { edge, members } = await two();
  const from = async () => (await fetch(`${edge.url}/version`)).headers.get('x-from');
  const first = (await from()) as string;
  for (let n = 0; n < 5; n++) expect(await from()).toBe(first);
  members.add({ ...(await members.alive()).find(({ id }) => id === first), draining: true } as never);
  await vi.waitUntil(async () => (await from()) !== first, GENEROUS);
});

it('[Z7] an unsent request goes to another member; with none left it gets Retry-After', async () => {
  const { edge, a, b } = await two({}, 200);
  await a.close();
  for (let n = 0; n < 5; n++) expect((await fetch(`${edge.url}/version`)).headers.get('x-from')).toBe('b');
  await b.close();
  const answer = await fetch(`${edge.url}/version`);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
});

it('[Z7] with no member, unsent requests wait for the first one', async () => {
  const members = memoryMembers();
  const edge = await openEdge({}, members, 60_000);
  const write = fetch(`${edge.url}/apis/x`, { method: 'POST', body: 'words' });
  const hungUp = new AbortController();
  const given = fetch(`${edge.url}/apis/x`, { method: 'POST', body: 'no more', signal: hungUp.signal });
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 2, GENEROUS);
  hungUp.abort();
  await expect(given).rejects.toThrow();
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 1, GENEROUS);
  const a = await startTarget(members, 'a');
  expect([(await write).status, a.bodies]).toEqual([200, ['words']]);
});

it('[Z7] reads to a frozen member go to another one once it is gone, writes are refused', async () => {
  const { edge, members, a, b } = await two();
  const first = (await fetch(`${edge.url}/version`)).headers.get('x-from');
  const [frozen, other] = first === 'a' ? [a, b] : [b, a];
  frozen.freeze();
  const read = fetch(`${edge.url}/version`);
  const write = fetch(`${edge.url}/apis/x`, { method: 'POST', body: 'w' });
  const end = fetch(`${edge.url}/apis/x`, { method: 'DELETE' });
  await vi.waitUntil(() => frozen.requests.length === 4, GENEROUS);
  members.remove(frozen.id);
  expect((await read).headers.get('x-from')).toBe(other.id);
  expect([(await write).status, (await end).status]).toEqual([502, 502]);
  expect(other.requests.map(({ method }) => method)).toEqual(['GET']);
});

it('[Z7] pages are served by processes with pages: one with rooms only is used if there is no other', async () => {
  const { edge, members, a, b } = await two();
  members.add({ ...a.member, role: 'rooms' });
  members.add({ ...b.member, role: 'api' });
  for (let n = 0; n < 5; n++) expect((await fetch(`${edge.url}/version`)).headers.get('x-from')).toBe('b');
  members.remove('b');
  await vi.waitUntil(async () => (await fetch(`${edge.url}/version`)).headers.get('x-from') === 'a', GENEROUS);
});

it('[Z7] answers are streamed, and a closed client stops its answer', async () => {
  const { edge, members, a } = await two();
  members.remove('b');
  const gone = new AbortController();
  const answer = await fetch(`${edge.url}/assets/endless.js`, { signal: gone.signal });
  const reader = answer.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
  const [request] = a.requests;
  gone.abort();
  if (request && !request.destroyed) await once(request.socket, 'close');
});

it('[Z7] an aborted answer does not look like a complete one', async () => {
  const { edge, members, a } = await two();
  members.remove('b');
  const answer = await fetch(`${edge.url}/assets/endless.js`);
  const body = answer.text();
  await a.close();
  await expect(body).rejects.toThrow();
});

it('[Z7] a join goes where its socket will go, waits while the room moves, and is sent again if its owner froze', async () => {
  const { edge, members, a, b } = await two();
  members.claim('r1', 'b');
  expect((await join(edge.url, 'r1')).headers.get('x-from')).toBe('b');

  members.put('r2', { at: 'moving' });
  const held = join(edge.url, 'r2');
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 1, GENEROUS);
  members.claim('r2', 'a');
  expect((await held).headers.get('x-from')).toBe('a');

  members.claim('r3', 'a');
  a.freeze();
  const frozen = join(edge.url, 'r3');
  await vi.waitUntil(() => a.requests.some(({ url }) => url?.endsWith('r3')), GENEROUS);
  members.claim('r3', 'b');
  expect((await frozen).headers.get('x-from')).toBe('b');
  expect(b.bodies.at(-1)).toBe('{"a":1}');
});

it('[Z7] a join that no member takes is refused in the words of a process with rooms', async () => {
  const { edge, members } = await two({}, 200);
  members.put('r1', { at: 'moving' });
  const answer = await join(edge.url, 'r1');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.json()).toMatchObject({ code: 503, message: 'moved' });
});

it("[Z13] for a room on every process, a client's join and socket meet in one process", async () => {
  const { edge, members, a, b } = await two();
  members.put('lobby', { at: 'everywhere' });
  const from = (await join(edge.url, 'lobby')).headers.get('x-from');
  expect(await await edge.dial('lobby').first).toBe(from);
  for (const { id } of [a, b]) expect(await edge.dial('lobby', {}, 'sessionId=s1', id).first).toBe(id);
});

it('[Z8] foreign pages are refused, our own are told so; sockets alike', async () => {
  const { edge, members, a, b } = await two();
  members.claim('r1', 'a');
  for (const origin of ['https://evil.example', 'null']) {
    const answer = await fetch(`${edge.url}/version`, { headers: { origin } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    expect((await edge.dial('r1', { origin }).opened).code).toBe(403);
  }
  expect([...a.requests, ...b.requests, ...a.upgrades]).toEqual([]);
  expect((await edge.dial('r1', { origin: 'http://parlor.test' }).opened).code).toBe(101);
});

it('[Z8] an address has bounded sockets, dials, joins and requests, and a closed socket frees its place', async () => {
  const limits = { PARLOR_CONNECTIONS_PER_ADDRESS: '2', PARLOR_JOINS_PER_MINUTE: '3', PARLOR_REQUESTS_PER_MINUTE: '4' };
  const { edge, members } = await two(limits);
  members.claim('r1', 'a');
  const [first, second] = [edge.dial('r1'), edge.dial('r1')];
  expect([(await first.opened).code, (await second.opened).code]).toEqual([101, 101]);
  expect((await edge.dial('r1').opened).code).toBe(429);
  first.socket.terminate();
  await vi.waitUntil(async () => (await edge.dial('r1').opened).code === 101, GENEROUS);

  const codes = async (times: number, ask: () => Promise<Response>) => {
    const found: number[] = [];
    for (let n = 0; n < times; n++) found.push((await ask()).status);
    return found;
  };
  expect(await codes(4, () => join(edge.url, 'r1'))).toEqual([200, 200, 200, 429]);
  expect(await codes(5, () => fetch(`${edge.url}/apis`))).toEqual([200, 200, 200, 200, 429]);
});

it("[Z8] a token's joins are limited across addresses", async () => {
  const { edge, members } = await two({ PARLOR_JOINS_PER_MINUTE: '2', PARLOR_TRUSTED_PROXIES: '1' });
  members.claim('r1', 'a');
  const from = async (address: string, token: string) => {
    const headers = { 'x-forwarded-for': address, authorization: `Bearer ${token}` };
    return (await join(edge.url, 'r1', { headers })).status;
  };
  expect([await from('203.0.113.1', 't'), await from('203.0.113.2', 't')]).toEqual([200, 200]);
  expect(await from('203.0.113.3', 't')).toBe(429);
  expect(await from('203.0.113.3', 'u')).toBe(200);
});

it('[Z8] an address is used as far as proxies are trusted, and members receive that one', async () => {
  const { edge, members, a } = await two({ PARLOR_TRUSTED_PROXIES: '1' });
  members.claim('r1', 'a');
  await join(edge.url, 'r1', { headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' } });
  expect(a.requests[0]?.headers['x-forwarded-for']).toBe('203.0.113.9');
  await edge.dial('r1', { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' }).opened;
  expect(a.upgrades[0]?.headers['x-forwarded-for']).toBe('203.0.113.9');
});

it('[Z8] bodies are bounded, with a declared length or without', async () => {
  const { edge, members } = await two({ PARLOR_MAX_PAYLOAD: '1024' });
  members.claim('r1', 'a');
  const big = 'x'.repeat(100_000);
  expect((await fetch(`${edge.url}/apis/x`, { method: 'POST', body: big })).status).toBe(413);
  expect((await join(edge.url, 'r1', { body: big })).status).toBe(413);
  const stream = new ReadableStream({ pull: (into) => into.enqueue(Buffer.from(big)) });
  const endless = fetch(`${edge.url}/apis/x`, { method: 'POST', body: stream, duplex: 'half' } as never);
  // The sender may notice the closed connection before the answer.
  expect(
    await endless.then(
      ({ status }) => status,
      () => 'cut',
    ),
  ).toSatisfy((end) => end === 413 || end === 'cut');
});

it("[Z11] machine endpoints are the edge's own, and unknown ones are not forwarded", async () => {
  const { edge, a, b } = await two();
  expect(await (await fetch(`${edge.url}/healthz`)).text()).toBe('ok');
  expect(await (await fetch(`${edge.url}/readyz`)).json()).toMatchObject({ ready: true });
  expect(await (await fetch(`${edge.url}/metrics`)).text()).toContain('parlor_edge_sockets');
  for (const path of ['/METRICS', '/metrics/x', '/healthz/x', '/internal/x', '/__healthcheck', '/a/b.js'])
    expect([path, (await fetch(edge.url + path)).status]).toEqual([path, 404]);
  expect((await fetch(`${edge.url}/metrics`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${edge.url}/metrics`, { headers: { 'x-forwarded-for': '1.1.1.1' } })).status).toBe(403);
  expect([...a.requests, ...b.requests]).toEqual([]);
});

it('[Z11] each request and socket logs one line, without credentials', async () => {
  const { edge, members } = await two();
  members.claim('r1', 'b');
  await edge.dial('r1', {}, 'sessionId=canary1&reconnectionToken=canary2&_authToken=canary3').opened;
  await join(edge.url, 'r1', { headers: { authorization: 'Bearer canary4' }, body: '{"a":"canary5"}' });
  await fetch(`${edge.url}/realms/parlor/login-actions?code=canary6`);
  await fetch(`${edge.url}/canary7?code=canary8`);
  await vi.waitUntil(() => edge.logged().trim().split('\n').length === 4, GENEROUS);
  const lines = edge
    .logged()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    expect.objectContaining({
      method: 'GET',
      route: 'socket',
      room: 'r1',
      member: 'b',
      status: 101,
      ms: expect.any(Number),
    }),
    expect.objectContaining({ method: 'POST', route: 'matchmake', room: 'r1', member: 'b', status: 200 }),
    expect.objectContaining({ method: 'GET', route: 'realms', status: 200 }),
    expect.objectContaining({ method: 'GET', route: 'other', status: 404 }),
  ]);
  expect(edge.logged()).not.toContain('canary');
});

it("[H4] the browser's Host is forwarded as the trusted proxies before the edge report it", async () => {
  for (const [proxies, told] of [
    ['1', 'play.example.org'],
    ['0', undefined],
  ] as const) {
    const { edge, a, b } = await two({ PARLOR_TRUSTED_PROXIES: proxies });
    await fetch(`${edge.url}/`, { headers: { 'x-forwarded-host': 'play.example.org' } });
    expect([...a.requests, ...b.requests].map(({ headers }) => headers['x-forwarded-host'])).toEqual([told]);
  }
});
