import { afterAll, beforeAll } from 'vitest';
import { connectRedis } from '#server/cluster/redis.ts';
import { journalContract } from '#server/journal/contract.ts';
import { redisStore } from '#server/journal/redis.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';

const log = createLog('silent');
let redis: RedisProcess;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

journalContract('redis', async () => {
  const look = await connectRedis(redis.url, 'look', log);
  await look.flushall();
  look.disconnect();
  let store = await redisStore(redis.url, log);
  return {
    store,
    async reopen() {
      await store.close();
      store = await redisStore(redis.url, log);
      return store;
    },
    close: () => store.close(),
  };
});
