/**
 * How often forms and token requests are taken. A refresh counts for its login alone, so that one client of an
 * address cannot keep the others there from staying signed in; everything else counts per address.
 */
import { type Request, type RequestHandler, type Response, Router, raw } from 'express';
import { PROTOCOL_PATH } from '#server/identity/embedded/paths.ts';
import type { RefreshTokens } from '#server/identity/embedded/refresh-tokens.ts';
import type { IdentityLimits } from '#server/identity/identity.ts';
import { limited } from '#server/limits/limiter.ts';

const MINUTE = 60;
/** A page refreshes about once in four minutes; pages of one browser may share a token. */
const REFRESHES = 20;
/** Refresh token, code and verifier are shorter by far. */
const MAX_TOKEN_REQUEST = '8kb';

type Parts = { limits: IdentityLimits; refreshTokens: RefreshTokens; addressOf(request: Request): string };

export function requestLimits({ limits, refreshTokens, addressOf }: Parts): Router {
  const { limiter, metrics, loginsPerMinute } = limits;
  const perAddress = limited(limiter('logins', loginsPerMinute, MINUTE), metrics, addressOf);
  const loginOf = (request: Request) => refreshTokens.loginOf(refreshTokenOf(request));
  // By the login and not by the token: each refresh is given another one.
  const perLogin = limited(limiter('refreshes', REFRESHES, MINUTE), metrics, (request) => loginOf(request) ?? '');
  const router = Router();
  router.post(
    `${PROTOCOL_PATH}/token`,
    raw({ type: () => true, limit: MAX_TOKEN_REQUEST, inflate: false }),
    (request, response, next) => (loginOf(request) === undefined ? perAddress : perLogin)(request, response, next),
  );
  router.post('/{*path}', (request, response, next) =>
    isTokenRequest(request) ? next() : perAddress(request, response, next),
  );
  return router;
}

const isTokenRequest = (request: Request) => Buffer.isBuffer(request.body);

function refreshTokenOf(request: Request): string {
  const form = new URLSearchParams(isTokenRequest(request) ? String(request.body) : '');
  return form.get('grant_type') === 'refresh_token' ? (form.get('refresh_token') ?? '') : '';
}

/** oidc-provider reads the body itself, and warns of one that is read already: it gets the same bytes once more. */
export function readAgain(handle: (request: Request, response: Response) => unknown): RequestHandler {
  return (request, response) => {
    if (!isTokenRequest(request)) {
      handle(request, response);
      return;
    }
    const body = request.body as Buffer;
    const unread = Object.create(request, {
      readable: { value: true },
      readableEncoding: { value: null },
      iterator: {
        value: async function* () {
          yield body;
        },
      },
    });
    handle(unread, response);
  };
}
