import { afterAll, beforeAll, expect, it } from 'vitest';
import { limitTogether } from '#server/cluster/limits.ts';
import { connectRedis } from '#server/cluster/redis.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';

let server: RedisProcess;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

it('[P14] processes count limits together; while Redis is unavailable each allows its share', async () => {
  const redis = await connectRedis(server.url, 'test', createLog('silent'));
  const [a, b] = [0, 1].map(() => limitTogether(redis, () => 2)('joins', 10, 60));
  const taken = async (limiter = a, times = 20) => {
    const waits = [];
    for (let i = 0; i < times; i++) waits.push(await limiter?.take('1.2.3.4'));
    return waits.filter((wait) => wait === 0).length;
  };
  expect((await taken(a, 6)) + (await taken(b, 6))).toBe(10);
  expect(await b?.take('1.2.3.4')).toBeGreaterThan(0);
  expect(await b?.take('5.6.7.8')).toBe(0);
  await b?.giveBack('1.2.3.4');
  expect(await taken(a, 3)).toBe(0);
  await a?.forget('1.2.3.4');
  await b?.forget('1.2.3.4');
  expect((await taken(a, 6)) + (await taken(b, 6))).toBe(10);
  await server.kill();
  const [c, d] = [0, 1].map(() => limitTogether(redis, () => 2)('joins', 10, 60));
  expect([await taken(c), await taken(d)]).toEqual([5, 5]);
  redis.disconnect();
});
