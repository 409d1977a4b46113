/**
 * Signing out as Keycloak does it: who brings their own ID token is signed out at once and sent back.
 * Only one who does not is asked, on oidc-provider's confirmation page.
 */
import { type Request, type Response, Router, urlencoded } from 'express';
import { compactVerify, type JWTVerifyGetKey } from 'jose';
import type Provider from 'oidc-provider';
import { PROTOCOL_PATH } from '#server/identity/embedded/paths.ts';
import { isOurs } from '#server/identity/embedded/provider.ts';
import type { EmbeddedSessions } from '#server/identity/embedded/sessions.ts';

type Ports = { provider: Provider; sessions: EmbeddedSessions; keys: JWTVerifyGetKey; origins: readonly string[] };

export function logoutRoutes({ provider, sessions, keys, origins }: Ports): Router {
  const router = Router();
  const path = `${PROTOCOL_PATH}/logout`;

  router.get(path, async (request, response, next) => {
    if (!(await signOut(request, response, request.query))) next();
  });
  router.post(path, urlencoded({ extended: false, limit: '16kb' }), async (request, response, next) => {
    if (!(await signOut(request, response, request.body ?? {}))) next();
  });

  async function signOut(request: Request, response: Response, params: Record<string, unknown>): Promise<boolean> {
    const session = await provider.Session.get(provider.createContext(request, response));
    if (session.accountId) {
      const subject = await subjectOf(params.id_token_hint, keys, provider.issuer);
      if (subject !== session.accountId) return false;
      await sessions.end(session);
    }
    const cookie = provider.cookieName('session');
    response.clearCookie(cookie).clearCookie(`${cookie}.sig`);
    response.set('cache-control', 'no-store').redirect(303, target(params));
    return true;
  }

  function target({ post_logout_redirect_uri: wanted, state }: Record<string, unknown>): string {
    if (typeof wanted !== 'string' || !isOurs(wanted, origins)) return `${origins[0]}/`;
    const url = new URL(wanted);
    if (typeof state === 'string') url.searchParams.set('state', state);
    return url.href;
  }

  return router;
}

/** Whose ID token this is, also long after it lapsed: a login outlives its ID tokens. */
async function subjectOf(hint: unknown, keys: JWTVerifyGetKey, issuer: string): Promise<string | undefined> {
  if (typeof hint !== 'string') return undefined;
  try {
    const { payload } = await compactVerify(hint, keys);
    const { iss, sub } = JSON.parse(new TextDecoder().decode(payload));
    return iss === issuer && typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
