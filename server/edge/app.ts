/** The edge's HTTP chain: every request passes these filters, in this order. */
import { createHash } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler } from 'express';
import { failure } from '#schema/status.ts';
import type { Config } from '#server/config.ts';
import type { Connections } from '#server/edge/connections.ts';
import type { EdgeLog } from '#server/edge/log.ts';
import type { EdgeMetrics } from '#server/edge/metrics.ts';
import { type Relaying, relay } from '#server/edge/relay.ts';
import { METHODS, oddity } from '#server/edge/strict.ts';
import { tally } from '#server/edge/tally.ts';
import { securityHeaders } from '#server/http/headers.ts';
import { health, type Readiness, type Scraping, scrape } from '#server/http/health.ts';
import { allowOrigins } from '#server/http/origins.ts';
import { failed, notFound } from '#server/http/problems.ts';
import { routeOf } from '#server/http/route.ts';
import { limitKey } from '#server/limits/address.ts';
import { type CreateLimiter, createLimiter, limited } from '#server/limits/limiter.ts';
import type { Logger } from '#server/telemetry/log.ts';
import { requestId } from '#server/telemetry/request-id.ts';

/** Concurrent requests of one address. */
const AT_ONCE = 200;
const MINUTE = 60;
/** Requests a minute; one page loads some dozens of files. */
const FILES_PER_REQUEST = 10;
/** Largest body with options of a join or a deletion, in bytes. */
const MAX_OPTIONS = 8192;
/** Machine endpoints of members, which are never forwarded. */
const OWN = new Set(['healthz', 'readyz', 'metrics', 'other']);
/** Static files beside the client's page, with a name and an extension. */
const FILE = /^\/(?:embed\/)?[\w-]+(?:\.[\w-]+)+$/;

export type EdgeParts = {
  config: Pick<Config, 'allowedOrigins' | 'limits'> & Scraping;
  relaying: Relaying;
  connections: Connections;
  limiter: CreateLimiter;
  ready: Readiness;
  metrics: EdgeMetrics;
  served: EdgeLog;
  log: Logger;
};

export function createEdgeApp({
  config,
  relaying,
  connections,
  limiter,
  ready,
  metrics,
  served,
  log,
}: EdgeParts): Express {
  const { origin, allowedOrigins, limits } = config;
  const address = (request: Request) => limitKey(relaying.addressOf(request));
  const perMinute = (name: string, points: number) => limiter(`edge-${name}`, points, MINUTE);
  const files = createLimiter(limits.requestsPerMinute * FILES_PER_REQUEST, MINUTE);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);

  app.use(lines(served, relaying));
  app.use(securityHeaders({ origin, selfSigned: false }));
  app.use(strictly(connections));
  app.use(health(ready));
  app.get('/metrics', scrape(metrics, config));
  app.use(ownRoutesOnly());
  app.use(allowOrigins(allowedOrigins));

  app.use(atOnce(AT_ONCE, address, metrics));
  app.use(limited(files, metrics, address));
  app.use(['/api', '/apis', '/openapi'], limited(perMinute('requests', limits.requestsPerMinute), metrics, address));
  // Members count token requests by login: of one address, all would share the limit of the worst.
  app.post(
    /^\/realms\/(?!.*\/protocol\/openid-connect\/token$)/,
    limited(perMinute('logins', limits.loginsPerMinute), metrics, address),
  );
  app.use('/matchmake', limited(perMinute('joins', limits.joinsPerMinute), metrics, address));
  app.use('/matchmake', limited(perMinute('tokens', limits.joinsPerMinute), metrics, bearer));

  // A join is read before it is sent, as it may have to be sent again.
  const whole = express.raw({ type: () => true, limit: MAX_OPTIONS, inflate: false });
  app.use('/matchmake', whole);
  app.delete('/apis/{*path}', whole);
  app.use(relay(relaying));
  app.use(notFound());
  app.use(failed(log));
  return app;
}

function lines(served: EdgeLog, { addressOf }: Relaying): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const { method } = request;
    const id = requestId(request);
    response.setHeader('X-Request-Id', id);
    const [route, address] = [routeOf(request.originalUrl), addressOf(request)];
    response.once('close', () => {
      const { room, member } = response.locals;
      served({ id, method, route, room, member, status: response.statusCode, address, started });
    });
    next();
  };
}

function strictly({ last }: Connections): RequestHandler {
  return (request, response, next) => {
    const status = oddity(request);
    if (!status) return next();
    last(request);
    if (status.code === 405) response.set('Allow', METHODS.join(', '));
    response.status(status.code).set('Connection', 'close').json(status);
  };
}

function ownRoutesOnly(): RequestHandler {
  const nothing = notFound();
  return (request, response, next) => {
    const known = !OWN.has(routeOf(request.originalUrl)) || FILE.test(request.path);
    return known ? next() : nothing(request, response, next);
  };
}

function atOnce(most: number, keyOf: (request: Request) => string, metrics: EdgeMetrics): RequestHandler {
  const open = tally();
  return (request, response, next) => {
    const key = keyOf(request);
    response.once('close', () => open.leave(key));
    if (open.enter(key) <= most) return next();
    metrics.refused('requests');
    response.status(429).set('Retry-After', '1').json(failure(429, 'Too many requests at once.'));
  };
}

/** The token's fingerprint as a limit key; members verify the token itself. */
function bearer(request: Request): string {
  return createHash('sha256')
    .update(request.headers.authorization ?? '')
    .digest('base64url');
}
