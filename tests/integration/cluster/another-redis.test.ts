import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '#db/testing/engines.ts';
import { freePort } from '#scripts/free-port.ts';
import { startRedis } from '#server/testing/redis.ts';
import { startRelay } from '#server/testing/relay.ts';
import { ParlorProcess } from '#tests/integration/process/parlor.ts';

const portOf = ({ url }: { url: string }) => Number(new URL(url).port);

async function server(...options: string[]) {
  const redis = await startRedis(options);
  onTestFinished(redis.stop);
  return redis;
}

it('[T6] a Redis that later answers at the same address is inspected too: a replica is not ready, an unsafe one is logged', async () => {
  const first = await server();
  const unsafe = await server('--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no');
  const replica = await server('--replicaof', '127.0.0.1', String(portOf(first)));
  const relay = await startRelay(portOf(first));
  onTestFinished(relay.close);
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-redis-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const parlor = new ParlorProcess({
    dataDir,
    port: await freePort(),
    env: {
      REDIS_URL: `redis://127.0.0.1:${relay.port}`,
      DATABASE_URL: await freshDatabase(),
      PARLOR_KEY: randomBytes(32).toString('hex'),
    },
  });
  onTestFinished(() => parlor.signal('SIGKILL'));
  // Until then a Redis that goes ends the start.
  await parlor.alive(vi.waitUntil(() => parlor.output.includes('Parlor is open')));
  const ask = async (path: string) => (await fetch(`${parlor.origin}/${path}`)).text();
  const problems = async () => [...(await ask('metrics')).matchAll(/^parlor_redis_problems\{failure="(.+)"\} 1$/gm)];
  const lines = (failure: string) => parlor.output.split('\n').filter((line) => line.includes(`"${failure}"`));
  expect(await problems()).toEqual([]);
  expect(JSON.parse(await ask('readyz'))).toEqual({ ready: true, checks: { database: true, identity: true } });

  relay.lead(portOf(unsafe), { cut: true });
  await vi.waitFor(async () =>
    expect((await problems()).map(([, name]) => name)).toEqual(['redis-evicts', 'redis-forgets']),
  );
  expect(JSON.parse(await ask('readyz'))).toMatchObject({ ready: true });
  expect(lines('redis-evicts')).toEqual([expect.stringMatching(/"level":"?(50|error)"?.*allkeys-lru/)]);

  relay.lead(portOf(replica), { cut: true });
  await vi.waitFor(async () =>
    expect(JSON.parse(await ask('readyz'))).toMatchObject({
      ready: false,
      checks: { redis: false },
      reasons: { redis: expect.stringContaining('read-only replica') },
    }),
  );
  expect((await problems()).map(([, name]) => name)).toEqual(['redis-replica']);

  const promoted = new Redis(replica.url);
  await promoted.replicaof('NO', 'ONE');
  promoted.disconnect();
  await parlor.ready();
  await vi.waitFor(async () => expect(await problems()).toEqual([]));
  // However often it was dialled meanwhile.
  expect(lines('redis-replica')).toHaveLength(1);
  expect((await parlor.end('SIGTERM')).code).toBe(0);
});
