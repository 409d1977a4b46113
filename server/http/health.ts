/** What machines ask: are you alive, can you take people, how are you doing. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { Quota } from '#rooms/host/quota.ts';
import { failure } from '#schema/status.ts';
import { isLocal } from '#server/http/address.ts';
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

/** For a scraper on this machine, or one that has the token. */
export function scrape(metrics: Pick<Metrics, 'page' | 'contentType'>, token: string | undefined): RequestHandler {
  return async (request, response) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const admitted = token !== undefined && given !== undefined ? same(given, token) : isLocal(request);
    if (!admitted) {
      response.status(403).json(failure(403, 'Metrics are for this machine, or for who has PARLOR_METRICS_TOKEN.'));
      return;
    }
    response.set('Content-Type', metrics.contentType).send(await metrics.page());
  };
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
