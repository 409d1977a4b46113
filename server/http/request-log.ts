/** One line per request: who asked for what, how it ended. No headers, no bodies, no query values that matter. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import { type RouteOf, routeOf } from '#server/http/route.ts';
import { addressOf } from '#server/limits/address.ts';
import type { Logger } from '#server/telemetry/log.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';
import { requestId } from '#server/telemetry/request-id.ts';
import { scrubUrl } from '#server/telemetry/scrub.ts';

/** Polled every few seconds by machines; logged only if they fail. */
const QUIET = new Set(['healthz', 'readyz', 'metrics']);

/** Of a path and query; a line is no place to keep what somebody sends. */
const MOST_URL = 512;

export function requestLog(log: Logger, trustedProxies: number): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (request, response) => {
      const id = requestId(request);
      response.setHeader('X-Request-Id', id);
      return id;
    },
    serializers: {
      req: (request: { id: string; raw: IncomingMessage & { originalUrl?: string } }) => ({
        id: request.id,
        method: request.raw.method,
        url: scrubUrl((request.raw.originalUrl ?? request.raw.url ?? '').slice(0, MOST_URL)),
        address: addressOf(request.raw, trustedProxies),
      }),
      res: (response: { raw: ServerResponse }) => ({ code: response.raw.statusCode }),
    },
    customLogLevel: (request, response, error) => {
      if (error || response.statusCode >= 500) return 'error';
      return QUIET.has(routeOf(request.url ?? '')) ? 'trace' : 'info';
    },
  });
}

export function measureRequests(metrics: Metrics, routeOf: RouteOf): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const route = routeOf(request.originalUrl);
    response.once('close', () =>
      metrics.request(request.method, route, response.statusCode, (performance.now() - started) / 1000),
    );
    next();
  };
}
