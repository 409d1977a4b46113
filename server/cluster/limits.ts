/** Limits that all processes count together. While Redis is away each counts alone, and allows its share only. */
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { CreateLimiter } from '#server/limits/limiter.ts';

/** `members`: how many share a limit. */
export function limitTogether(redis: Redis, members: () => number): CreateLimiter {
  return (name, points, seconds) => {
    const together = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `{parlor}:limit:${name}`,
      points,
      duration: seconds,
      rejectIfRedisNotReady: true,
      // Whoever is over it is refused without asking again.
      inMemoryBlockOnConsumed: points + 1,
    });
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
