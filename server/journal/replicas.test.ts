import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Claim, JournalStore } from '#rooms/ports.ts';
import { redisStore } from '#server/journal/redis.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';

const log = createLog('silent');
const bytes = (n: number) => new TextEncoder().encode(`batch ${n}`);

let first: RedisProcess;
let replica: RedisProcess;
let store: JournalStore;

beforeEach(async () => {
  first = await startRedis();
  replica = await startRedis(['--replicaof', '127.0.0.1', new URL(first.url).port, '--repl-diskless-sync-delay', '0']);
  const look = new Redis(first.url);
  await vi.waitFor(async () => expect(await look.info('replication')).toContain('state=online'), 20_000);
  look.disconnect();
});
afterEach(async () => {
  await store.close();
  await first.stop();
  await replica.stop();
});

async function open(replicas: number): Promise<Claim> {
  store = await redisStore(first.url, log, { replicas });
  return (await store.create('a', 'chess', 'j1', 'p1', bytes(0))) as Claim;
}

async function promote(): Promise<void> {
  const look = new Redis(replica.url);
  await look.replicaof('NO', 'ONE');
  look.disconnect();
}

/** The first Redis is gone for good, and the replica takes its place; batches that it has. */
async function failOver(): Promise<number[]> {
  await first.kill();
  await promote();
  const next = await redisStore(replica.url, log);
  const kept = await next.read('a', 'j1');
  await next.close();
  return kept?.entries.map(({ n }) => n) ?? [];
}

it('[J23] with the required replicas a failover has everything acknowledged', async () => {
  const claim = await open(1);
  for (let n = 1; n <= 50; n++) await store.append(claim, n, bytes(n));
  expect(await failOver()).toEqual(Array.from({ length: 51 }, (_, n) => n));
});

it('[J23] a write on too few replicas is not acknowledged', async () => {
  const claim = await open(1);
  await store.append(claim, 1, bytes(1));
  replica.pause();
  await expect(store.append(claim, 2, bytes(2))).rejects.toMatchObject({ fate: 'unknown' });
  replica.resume();
  await vi.waitFor(() => store.append(claim, 2, bytes(2)), 10_000);
});

it('[J24] without required replicas a failover loses unreplicated data, acknowledged or not', async () => {
  const claim = await open(0);
  await store.append(claim, 1, bytes(1));
  await vi.waitFor(async () => {
    const look = await redisStore(replica.url, log);
    const kept = await look.read('a', 'j1').finally(() => look.close());
    expect(kept?.entries).toHaveLength(2);
  }, 10_000);
  await promote(); // while the first one, cut off from it, still answers
  await store.append(claim, 2, bytes(2));
  expect(await failOver()).toEqual([0, 1]);
});

it('[J25] acknowledged data survives a kill of Redis itself with its log flushed every second', async () => {
  const claim = await open(0);
  for (let n = 1; n <= 50; n++) await store.append(claim, n, bytes(n));
  // While the disk takes long over a sync, Redis answers for up to two seconds before it writes.
  const look = new Redis(first.url);
  await vi.waitFor(async () => expect(await look.info('persistence')).toContain('aof_buffer_length:0'), 20_000);
  look.disconnect();
  await first.kill();
  await first.start();
  await vi.waitFor(() => store.append(claim, 51, bytes(51)), 10_000);
  const kept = await store.read('a', 'j1');
  expect(kept?.entries.map(({ n }) => n)).toEqual(Array.from({ length: 52 }, (_, n) => n));
});
