/**
 * Each authorization request is kept with its parameters until somebody signs in or it lapses, for anybody who asks:
 * so few of one address are taken, each of bounded length, by the one method that browsers use.
 */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { failure } from '#schema/status.ts';
import { PROTOCOL_PATH } from '#server/identity/embedded/paths.ts';
import type { IdentityLimits } from '#server/identity/identity.ts';
import { limited } from '#server/limits/limiter.ts';

const MINUTE = 60;
/** Characters of the whole query, and of one parameter: addresses, random values and a challenge are shorter. */
const MAX_QUERY = 4_096;
const MAX_PARAMETER = 1_024;

type Parts = { limits: IdentityLimits; addressOf(request: Request): string };

export function startLimits({ limits, addressOf }: Parts): Router {
  const { limiter, metrics, pagesPerMinute } = limits;
  const perAddress = limited(limiter('sign-in-pages', pagesPerMinute, MINUTE), metrics, addressOf);
  const router = Router();
  router.get('/{*path}', perAddress);
  router.all([`${PROTOCOL_PATH}/auth`, `${PROTOCOL_PATH}/registrations`], bounded);
  return router;
}

const bounded: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET') {
    response.set('Allow', 'GET').status(405).json(failure(405, 'A sign-in starts with GET.'));
    return;
  }
  const query = request.url.slice(request.path.length + 1);
  if (query.length > MAX_QUERY) return tooLong(response, 'query', MAX_QUERY);
  for (const [name, value] of new URLSearchParams(query))
    if (value.length > MAX_PARAMETER) return tooLong(response, name.slice(0, 40), MAX_PARAMETER);
  next();
};

function tooLong(response: Response, field: string, most: number): void {
  const causes = [{ reason: 'oversized', message: `at most ${most} characters`, field }];
  response.status(413).json(failure(413, 'That sign-in request is too long.', { causes }));
}
