import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { type Finding, inspectRedis } from '#server/start/inspect-redis.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';

let server: RedisProcess;
let redis: Redis;
afterEach(async () => {
  redis?.disconnect();
  await server?.stop();
});

async function found(...options: string[]): Promise<Finding[]> {
  server = await startRedis(options);
  redis = new Redis(server.url);
  return inspectRedis(redis, 'all');
}

it('[T1] a sound Redis causes no message and is not changed by the inspection', async () => {
  expect(await found()).toEqual([]);
  expect(await redis.dbsize()).toBe(0);
});

it('[T1] a Redis that may evict or lose rooms is reported', async () => {
  const findings = await found('--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no');
  expect(findings.map(({ failure, fatal }) => [failure, fatal])).toEqual([
    ['redis-evicts', false],
    ['redis-forgets', false],
  ]);
  expect(findings[0]?.sentence).toMatch(/allkeys-lru.*set maxmemory-policy to noeviction/);
});

it('[T1] a Redis in cluster mode is refused', async () => {
  const findings = await found('--cluster-enabled', 'yes');
  expect(findings).toMatchObject([
    { failure: 'redis-cluster', fatal: true, sentence: expect.stringContaining('cluster mode') },
  ]);
});

it('[T1] a Sentinel and a Redis that is too old are refused', async () => {
  const saying = (text: string) => ({ info: async () => text.replaceAll('\n', '\r\n') }) as Redis;
  server = await startRedis();
  const sentinel = await inspectRedis(saying('redis_version:7.0.15\nredis_mode:sentinel'), 'all');
  const old = await inspectRedis(saying('redis_version:5.0.3\nredis_mode:standalone'), 'all');
  expect([...sentinel, ...old].map(({ failure, fatal }) => [failure, fatal])).toEqual([
    ['redis-sentinel', true],
    ['redis-old', true],
  ]);
});
