import { expect, it, vi } from 'vitest';
import { memoryMembers } from '#server/testing/memory-members.ts';
import { openEdge, startTarget } from './harness.ts';

const GENEROUS = { timeout: 30_000, interval: 10 };

async function two(patienceMs?: number) {
  const members = memoryMembers();
  const [a, b] = [await startTarget(members, 'a'), await startTarget(members, 'b')];
  return { members, a, b, edge: await openEdge({}, members, patienceMs) };
}

it('[Z1] a socket reaches the owner of its room, whichever process its path names, and bytes pass both ways', async () => {
  const { members, edge, b } = await two();
  members.claim('r1', 'b');
  const client = edge.dial('r1', {}, 'sessionId=s1&reconnectionToken=secret');
  expect((await client.opened).code).toBe(101);
  client.socket.send('hello');
  await vi.waitUntil(() => client.messages.length === 2, GENEROUS);
  expect(client.messages).toEqual(['b', 'hello']);
  expect(b.upgrades[0]?.url).toBe('/p1/r1?sessionId=s1&reconnectionToken=secret');
});

it('[Z1] two clients of two rooms reach two owners', async () => {
  const { members, edge } = await two();
  members.claim('r1', 'a');
  members.claim('r2', 'b');
  const clients = [edge.dial('r1'), edge.dial('r2')];
  await vi.waitUntil(() => clients.every(({ messages }) => messages.length > 0), GENEROUS);
  expect(clients.map(({ messages }) => messages[0])).toEqual(['a', 'b']);
});

it('[Z2] the socket of a moving room is held, and routed to the next claimer', async () => {
  const { members, edge } = await two();
  members.put('r1', { at: 'moving' });
  const client = edge.dial('r1');
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 1, GENEROUS);
  members.claim('r1', 'b');
  expect((await client.opened).code).toBe(101);
  await vi.waitUntil(() => client.messages[0] === 'b', GENEROUS);
  expect(await edge.metric('parlor_edge_held')).toBe(0);
});

it('[Z2] an owner that answers 503, does not listen or is frozen is retried elsewhere', async () => {
  const { members, edge, a } = await two();
  members.claim('r1', 'a');
  a.onUpgrade((_request, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'));
  const refused = edge.dial('r1');
  await vi.waitUntil(() => a.upgrades.length > 1, GENEROUS);
  members.claim('r1', 'b');
  expect((await refused.opened).code).toBe(101);

  members.claim('r2', 'a');
  a.onUpgrade(() => {});
  const waiting = edge.dial('r2');
  await vi.waitUntil(() => a.upgrades.some(({ url }) => url?.includes('r2')), GENEROUS);
  members.claim('r2', 'b');
  expect((await waiting.opened).code).toBe(101);

  members.claim('r3', 'a');
  await a.close();
  const dead = edge.dial('r3');
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 1, GENEROUS);
  members.claim('r3', 'b');
  expect((await dead.opened).code).toBe(101);
});

it('[Z2] after the maximum wait a held socket gets 503 with Retry-After; one that closes is dropped', async () => {
  const { members, edge } = await two(300);
  members.put('r1', { at: 'moving' });
  const answer = await edge.dial('r1').opened;
  expect([answer.code, answer.headers['retry-after']]).toEqual([503, '1']);
  expect(JSON.parse(answer.body)).toMatchObject({ kind: 'Status', code: 503 });

  const patient = await two();
  patient.members.put('r1', { at: 'moving' });
  const client = patient.edge.dial('r1');
  await vi.waitUntil(async () => (await patient.edge.metric('parlor_edge_held')) === 1, GENEROUS);
  client.socket.terminate();
  await vi.waitUntil(async () => (await patient.edge.metric('parlor_edge_held')) === 0, GENEROUS);
  patient.members.claim('r1', 'a');
  expect(patient.a.upgrades).toEqual([]);
});

it('[Z2] while the registry is unavailable a socket waits for it, and an open one stays', async () => {
  const { members, edge } = await two();
  members.claim('r1', 'a');
  const open = edge.dial('r1');
  await open.opened;
  members.away = true;
  const waiting = edge.dial('r1');
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 1, GENEROUS);
  members.away = false;
  expect((await waiting.opened).code).toBe(101);
  open.socket.send('still');
  await vi.waitUntil(() => open.messages.includes('still'), GENEROUS);
});

it.each(['asleep', 'over', 'nowhere'] as const)(
  '[Z3] a room that is %s is left to a process with rooms, which wakes it or closes for good in its own words',
  async (at) => {
    const { members, edge, a } = await two();
    members.put('r1', { at });
    a.onUpgrade((request, socket, head) => {
      a.accept(request, socket, head);
      for (const client of a.clients) client.close(4102, 'over');
    });
    const client = edge.dial('r1');
    expect((await client.opened).code).toBe(101);
    expect(await client.closed).toBe(4102);
  },
);

it("[Z3] an owner's final refusal is passed on unchanged", async () => {
  const { members, edge, a } = await two();
  members.claim('r1', 'a');
  a.onUpgrade((_request, socket) =>
    socket.end('HTTP/1.1 429 No\r\nContent-Type: text/plain\r\nRetry-After: 7\r\nX-Inside: 1\r\n\r\ntoo many'),
  );
  const { code, headers, body } = await edge.dial('r1').opened;
  expect([code, headers['retry-after'], body]).toEqual([429, '7', 'too many']);
  expect(headers['x-inside']).toBeUndefined();
});

it('[Z4] the sockets of a room are cut when another process claims it, and only those, and only then', async () => {
  const { members, edge } = await two();
  members.claim('r1', 'a');
  members.claim('r2', 'a');
  const [moved, other] = [edge.dial('r1'), edge.dial('r2')];
  await Promise.all([moved.opened, other.opened]);

  members.claim('r1', 'a'); // taking its own room back is not a move
  members.tell('r1', 'b', 0); // nor is a message that comes late
  moved.socket.send('here');
  await vi.waitUntil(() => moved.messages.includes('here'), GENEROUS);

  members.claim('r1', 'b');
  expect(await moved.closed).toBe(1006);
  const again = edge.dial('r1');
  await vi.waitUntil(() => again.messages[0] === 'b', GENEROUS);
  other.socket.send('there');
  await vi.waitUntil(() => other.messages.includes('there'), GENEROUS);
  expect(await edge.metric('parlor_edge_cut_total')).toBe(1);
});

it('[Z9] a stopping edge cuts open and waiting sockets, and accepts none', async () => {
  const { members, edge, a } = await two();
  members.claim('r1', 'a');
  members.put('r2', { at: 'moving' });
  const open = Array.from({ length: 10 }, () => edge.dial('r1'));
  const waiting = edge.dial('r2');
  await Promise.all(open.map(({ opened }) => opened));
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 1, GENEROUS);
  await edge.close();
  expect(new Set(await Promise.all(open.map(({ closed }) => closed)))).toEqual(new Set([1006]));
  expect((await waiting.opened).code).toBe(0);
  expect((await edge.dial('r1').opened).code).toBe(0);
  expect(members.listeners).toBe(0);
  await vi.waitUntil(() => a.open.size === 0, GENEROUS);
});
