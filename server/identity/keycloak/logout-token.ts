/** Logout tokens, by which a provider says that a login has ended (OpenID Connect Back-Channel Logout 1.0, 2.6). */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { SessionEnd, Trust } from '#server/identity/identity.ts';
import { KeysUnreachable } from '#server/identity/keys.ts';
import { ALGORITHMS, CLOCK_TOLERANCE_S } from '#server/identity/verifier.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** They are sent the moment they are made. */
const MAX_AGE_S = 120;
const MAX_TOKEN_CHARS = 8192;

/** Why a token ends nothing, with the HTTP status of the answer; the reason never holds the token. */
export type Disbelief = { status: 400 | 503; reason: string };

export function createLogoutVerifier({ issuer, client, keys }: Trust, now: () => number = Date.now) {
  /** Ids of tokens that were believed, until they are too old anyway; wall ms. */
  const spent = new Map<string, number>();

  function isReplay(jti: string): boolean {
    for (const [id, until] of spent) if (until <= now()) spent.delete(id);
    if (spent.has(jti)) return true;
    spent.set(jti, now() + (MAX_AGE_S + CLOCK_TOLERANCE_S + 1) * 1000);
    return false;
  }

  return async (token: string): Promise<SessionEnd | Disbelief> => {
    if (token === '' || token.length > MAX_TOKEN_CHARS) return no('there is no logout token');
    let claims: JWTPayload;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: client,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        maxTokenAge: MAX_AGE_S,
        requiredClaims: ['jti', 'iat', 'events'],
        currentDate: new Date(now()),
      });
      claims = payload;
    } catch (error) {
      return explain(error);
    }
    const { events, nonce, sub, sid, jti } = claims;
    if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT)) return no('it is no logout');
    if (nonce !== undefined) return no('a logout token has no nonce');
    // Without a person there is nobody to tell of; Keycloak always names both.
    if (typeof sub !== 'string' || sub === '') return no('it names nobody');
    if (sid !== undefined && (typeof sid !== 'string' || sid === '')) return no('claim sid is no text');
    if (typeof jti !== 'string' || isReplay(jti)) return no('it was used before');
    return { sub, ...(sid !== undefined && { sid }) };
  };
}

function no(reason: string): Disbelief {
  return { status: 400, reason };
}

function explain(error: unknown): Disbelief {
  if (error instanceof KeysUnreachable) return { status: 503, reason: 'the signing keys cannot be fetched right now' };
  if (error instanceof errors.JWTExpired) return no('it has expired');
  if (error instanceof errors.JWTClaimValidationFailed) return no(`claim ${error.claim}: ${error.reason}`);
  if (error instanceof errors.JOSEError) return no(error.code);
  throw error;
}
