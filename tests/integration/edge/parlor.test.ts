/** The edge in front of the program itself: three processes, Redis, Postgres, real tokens. */
import { Client } from '@colyseus/sdk';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE } from '#schema/protocol.ts';
import { type Cluster, metricsOf, startCluster } from '#tests/integration/cluster/cluster.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { listen } from './harness.ts';

quiet();
let cluster: Cluster;
let ada: Person;
beforeAll(async () => {
  cluster = await startCluster();
  ada = await cluster.register('Ada');
  await cluster.settled();
});
afterAll(() => cluster?.close());

it('[Z1] a client plays and talks through the edge, wherever the rooms are', async () => {
  const channel = await ada.open('channel-lobby');
  const probe = await ada.open('probe-1');
  onTestFinished(async () => void (await Promise.all([channel.leave(false), probe.leave(false)])));
  expect(await probe.submit('say', { text: 'through the edge' })).toMatchObject({ ok: true });
  expect(await channel.submit('post', { text: 'through the edge', ttlMs: 60_000 })).toMatchObject({ ok: true });
});

it('[Z3] an unknown room is refused at the join, and closed for good at the socket', async () => {
  await expect(ada.open('never-was').then(({ status, refusal }) => [status, refusal])).resolves.toEqual([
    'ended',
    'no-such-room',
  ]);
  const origin = cluster.edge.origin.replace('http', 'ws');
  const client = listen(new WebSocket(`${origin}/p1/never-was?sessionId=s1&reconnectionToken=t`));
  expect((await client.opened).code).toBe(101);
  expect(await client.closed).not.toBe(CLOSE.retry);
  expect(await client.closed).toBeGreaterThanOrEqual(4000);
});

it("[Z13] every process's lobby is reached, and a join meets its socket", async () => {
  const client = new Client(cluster.edge.origin);
  client.auth.token = ada.token;
  for (let n = 0; n < 3; n++) {
    const lobby = await client.joinById('lobby');
    await vi.waitUntil(() => lobby.state !== undefined, { timeout: 10_000 });
    await lobby.leave();
  }
});

it('[Z11] no endpoint for other processes is reachable through the edge', async () => {
  const { origin } = cluster.edge;
  for (const call of ['join', 'take', 'submit'])
    expect((await fetch(`${origin}/internal/${call}`, { method: 'POST', body: '{}' })).status).toBe(404);
  const metrics = await metricsOf(cluster.edge);
  expect(metrics).toContain('parlor_edge_sockets');
  expect(metrics).not.toContain('parlor_rooms');
});
