/** How often somebody may do something, before it costs us anything. */
import type { Request, RequestHandler } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { refusal } from '#schema/status.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';

export type Limiter = {
  /** Counts one. Milliseconds to wait; 0 when it may go on. */
  take(key: string): Promise<number>;
  /** What was taken last was not used. */
  giveBack(key: string): Promise<void>;
  /** Counts anew. */
  forget(key: string): Promise<void>;
};

/** `name` tells limiters apart where processes count together. */
export type CreateLimiter = (name: string, points: number, seconds: number) => Limiter;

export function createLimiter(points: number, seconds: number): Limiter {
  const memory = new RateLimiterMemory({ points, duration: seconds });
  return {
    async take(key) {
      try {
        await memory.consume(key);
        return 0;
      } catch (exceeded) {
        if (exceeded instanceof RateLimiterRes) return Math.max(1, exceeded.msBeforeNext);
        throw exceeded;
      }
    },
    async giveBack(key) {
      await memory.reward(key);
    },
    async forget(key) {
      await memory.delete(key);
    },
  };
}

type Refusing = Pick<Metrics, 'refused'>;
type KeyOf = (request: Request) => string;

/** Refuses with `rate` and Retry-After whatever comes too often from the same key. */
export function limited(limiter: Limiter, metrics: Refusing, keyOf: KeyOf): RequestHandler {
  return async (request, response, next) => {
    const retryAfterMs = await limiter.take(keyOf(request));
    if (retryAfterMs === 0) return next();
    metrics.refused('rate');
    response.set('Retry-After', String(Math.ceil(retryAfterMs / 1000)));
    response.status(429).json(refusal('rate', { retryAfterMs }));
  };
}

/** As `limited`, but only what is refused in the end counts: good requests of an address are never held up. */
export function limitedFailures(limiter: Limiter, metrics: Refusing, keyOf: KeyOf): RequestHandler {
  const take = limited(limiter, metrics, keyOf);
  return (request, response, next) => {
    // Counted before the work, or many at once would all come in under the limit.
    response.once('finish', () => {
      if (response.statusCode < 400) void limiter.giveBack(keyOf(request)).catch(() => {});
    });
    return take(request, response, next);
  };
}
