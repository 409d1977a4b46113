/** Limits counted by all processes together. While Redis is unavailable each counts alone, and allows its share only. */
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { CreateLimiter } from '#server/limits/limiter.ts';

/** `members`: the number of processes that share a limit. */
export function limitTogether(redis: Redis, members: () => number): CreateLimiter {
  return (name, points, seconds) => {
    const together = counted(redis, name, points, seconds);
    const alone = new RateLimiterMemory({ points, duration: seconds });
    return {
      async take(key) {
        try {
          await together.consume(key).catch((error) => {
            if (error instanceof RateLimiterRes) throw error;
            return alone.consume(key, Math.max(1, members()));
          });
          return 0;
        } catch (exceeded) {
          if (exceeded instanceof RateLimiterRes) return Math.max(1, exceeded.msBeforeNext);
          throw exceeded;
        }
      },
      async giveBack(key) {
        await together.reward(key).catch(() => alone.reward(key));
      },
      async forget(key) {
        await alone.delete(key);
        await together.delete(key).catch(() => false);
      },
    };
  };
}

/** Counts twice, as the second time asks for the script by its hash. @throws what keeps this process from it. */
export async function probeLimits(redis: Redis): Promise<void> {
  const probe = counted(redis, 'probe', 1_000_000, 1);
  for (let n = 0; n < 2; n++) await probe.consume('probe');
}

function counted(redis: Redis, name: string, points: number, seconds: number): RateLimiterRedis {
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `{parlor}:limit:${name}`,
    points,
    duration: seconds,
    rejectIfRedisNotReady: true,
    // A key over its limit is refused without another query.
    inMemoryBlockOnConsumed: points + 1,
  });
}
