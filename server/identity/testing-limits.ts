/** Limits of a provider under test: counted in this process, and out of reach. */
import type { IdentityLimits } from '#server/identity/identity.ts';
import { createLimiter } from '#server/limits/limiter.ts';

export const NO_LIMITS: IdentityLimits = {
  limiter: (_name, points, seconds) => createLimiter(points, seconds),
  metrics: { refused: () => {} },
  loginsPerMinute: 100_000,
  pagesPerMinute: 100_000,
};
