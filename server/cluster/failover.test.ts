import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { openLinks } from '#server/cluster/links.ts';
import { createLog } from '#server/telemetry/log.ts';
import { startRedis } from '#server/testing/redis.ts';
import { startRelay } from '#server/testing/relay.ts';

it('[T3] every connection leaves a demoted primary behind its address, though none was cut', async () => {
  const old = await startRedis();
  const next = await startRedis();
  const address = await startRelay(Number(new URL(old.url).port));
  const links = await openLinks(`redis://127.0.0.1:${address.port}`, createLog('silent'));
  const heard: string[] = [];
  await links.subscribe('revocationBus', (text) => heard.push(text));
  const [demoted, promoted] = [new Redis(old.url), new Redis(next.url)];
  try {
    const to = Number(new URL(next.url).port);
    address.lead(to);
    await demoted.replicaof('127.0.0.1', to);
    await expect(links.redis.set('key', 'lost')).rejects.toThrow('READONLY');
    await vi.waitFor(() => links.redis.set('key', 'kept'), { timeout: 10_000 });
    expect(await promoted.get('key')).toBe('kept');
    await vi.waitFor(
      async () => expect(await promoted.pubsub('NUMSUB', 'revocationBus')).toEqual(['revocationBus', 1]),
      10_000,
    );
    await promoted.publish('revocationBus', 'from the new primary');
    await vi.waitFor(() => expect(heard).toContain('from the new primary'), 10_000);
  } finally {
    links.close();
    demoted.disconnect();
    promoted.disconnect();
    address.close();
    await old.stop();
    await next.stop();
  }
});
