/** Which sites' pages may talk to this server. Never the one that merely asks. */
import type { RequestHandler } from 'express';
import { failure } from '#schema/status.ts';

const ALLOWED_HEADERS = 'Authorization, Content-Type, Accept, Idempotency-Key';
const ALLOWED_METHODS = 'GET, HEAD, POST, PATCH, DELETE';

/** A browser always sends `Origin` with a request that another site's page makes; who sends none is no such page. */
export function isAllowedOrigin(origin: string | null | undefined, allowed: readonly string[]): boolean {
  return origin === null || origin === undefined || allowed.includes(origin);
}

export function allowOrigins(allowed: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    if (!isAllowedOrigin(origin, allowed)) {
      response.status(403).json(failure(403, `Pages of ${JSON.stringify(origin)} may not use this server.`));
      return;
    }
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      // The Colyseus client always sends `credentials: include`; the only cookies here are SameSite.
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id');
    }
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      response.setHeader('Access-Control-Allow-Headers', ALLOWED_HEADERS);
      response.setHeader('Access-Control-Allow-Methods', ALLOWED_METHODS);
      response.setHeader('Access-Control-Max-Age', '600');
      response.status(204).end();
      return;
    }
    next();
  };
}
