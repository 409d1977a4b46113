/** What machines ask: are you alive, can you take people, how are you doing. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { Quota } from '#rooms/host/quota.ts';
import { failure } from '#schema/status.ts';
import type { Config } from '#server/config.ts';
import { isLocal } from '#server/limits/address.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';

/** Each thing that has to be there before people can be let in, by name: is it, or why not. */
export type Readiness = () => Promise<Readonly<Record<string, boolean | string>>>;

/** Checks a second for all who ask; whoever asks more often gets the last answer. */
const CHECKS = { points: 5, perMs: 1_000 };

export function health(ready: Readiness): Router {
  const checked = seldom(ready);
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok');
  });
  router.get('/readyz', async (_request, response) => {
    const found = Object.entries(await checked());
    const checks = Object.fromEntries(found.map(([name, state]) => [name, state === true]));
    const reasons = Object.fromEntries(found.filter(([, state]) => typeof state === 'string'));
    const ok = Object.values(checks).every(Boolean);
    response
      .status(ok ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ready: ok, checks, ...(Object.keys(reasons).length > 0 && { reasons }) });
  });
  return router;
}

/** A check asks the database: anybody may ask, and all together as often as a few machines do. */
function seldom(ready: Readiness): Readiness {
  const quota = new Quota(CHECKS.points, CHECKS.perMs);
  let last: ReturnType<Readiness> | undefined;
  return () => {
    if (!last || quota.take(Date.now()) === 0) last = ready();
    return last;
  };
}

export type Scraping = Pick<Config, 'metricsToken' | 'trustedProxies' | 'origin' | 'lan'>;

/**
 * For a scraper that has the token; where there is none, for this machine. Behind a proxy everybody comes from this
 * machine, so there only the token counts.
 */
export function scrape(metrics: Pick<Metrics, 'page' | 'contentType'>, scraping: Scraping): RequestHandler {
  const { metricsToken: token } = scraping;
  const direct = !isProxied(scraping);
  return async (request, response) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const admitted = token !== undefined ? given !== undefined && same(given, token) : direct && isLocal(request);
    if (!admitted) {
      response.status(403).json(failure(403, 'Metrics are for this machine, or for who has PARLOR_METRICS_TOKEN.'));
      return;
    }
    response.set('Content-Type', metrics.contentType).send(await metrics.page());
  };
}

/** It is said so, or browsers come by HTTPS, which this process does not speak. */
function isProxied({ trustedProxies, origin, lan }: Scraping): boolean {
  return trustedProxies > 0 || (origin.startsWith('https:') && !lan);
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
