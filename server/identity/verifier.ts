/** Turns an access token into who is behind it, or into a refusal whose detail never holds the token. */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Authenticate, Identity } from '#rooms/ports.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { Trust } from '#server/identity/identity.ts';
import { KeysUnreachable } from '#server/identity/keys.ts';
import { showName } from '#server/identity/names.ts';

export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
export const CLOCK_TOLERANCE_S = 5;
const MAX_TOKEN_CHARS = 8192;

type Ban = { until: number; reason: string };

export type VerifierPorts = Trust & {
  /** Keyed hash, the same for ever: pseudonyms must outlive restarts. */
  hash(purpose: string, value: string): string;
  /** Was this session, or this player, signed out by force after `issuedAt` (wall ms)? */
  revoked(session: string, player: string, issuedAt: number): boolean | Promise<boolean>;
  /** Until when (wall ms) this player is banned, and why. */
  bannedUntil?(player: string): Ban | undefined | Promise<Ban | undefined>;
};

type TokenClaims = JWTPayload & {
  sub: string;
  iat: number;
  exp: number;
  sid?: unknown;
  azp?: unknown;
  typ?: unknown;
  preferred_username?: unknown;
  realm_access?: { roles?: unknown };
};

export function createVerifier(ports: VerifierPorts): Authenticate {
  const { issuer, audience, client, keys, hash, revoked } = ports;
  const options = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['sub', 'iat', 'exp'],
  };

  return async (token) => {
    if (token.length === 0) return refuse('unauthenticated', 'no token');
    if (token.length > MAX_TOKEN_CHARS) return refuse('unauthenticated', 'the token is too long');
    let claims: TokenClaims;
    try {
      claims = (await jwtVerify(token, keys, options)).payload as TokenClaims;
    } catch (error) {
      return explain(error);
    }
    if (claims.azp !== client) return refuse('unauthenticated', 'the token was issued to another client');
    if (claims.typ !== 'Bearer') return refuse('unauthenticated', 'this is not an access token');
    if (typeof claims.sid !== 'string' || claims.sid === '') {
      return refuse('unauthenticated', 'the token belongs to no login');
    }
    const identity = identify(claims, claims.sid, hash('player', `${issuer}|${claims.sub}`));
    try {
      // First: a ban ends sessions, and its reason says more.
      const ban = await ports.bannedUntil?.(identity.player);
      if (ban) {
        const facts = { endsAt: new Date(ban.until).toISOString(), reason: ban.reason };
        return { ...refuse('banned', `until ${facts.endsAt}: ${facts.reason}`), facts };
      }
      if (await revoked(identity.session, identity.player, claims.iat * 1000)) {
        return refuse('session-ended', 'the session was ended');
      }
    } catch {
      return refuse('identity-away', 'whether the session was ended cannot be found out right now');
    }
    return identity;
  };
}

function identify(claims: TokenClaims, session: string, pseudonym: string): Identity {
  const roles = claims.realm_access?.roles;
  return {
    player: `p${pseudonym}`,
    name: typeof claims.preferred_username === 'string' ? showName(claims.preferred_username) : '',
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    session,
    expiresAt: claims.exp * 1000,
    subject: claims.sub,
  };
}

function refuse(refused: RefusalCode, detail: string) {
  return { refused, detail };
}

/** jose's own messages name claims and algorithms, but to be sure none is passed on. */
function explain(error: unknown) {
  if (error instanceof KeysUnreachable) return refuse('identity-away', 'the signing keys cannot be fetched right now');
  if (error instanceof errors.JWTExpired) return refuse('unauthenticated', 'the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refuse('unauthenticated', `claim ${error.claim}: ${error.reason}`);
  }
  if (error instanceof errors.JOSEError) return refuse('unauthenticated', error.code);
  throw error;
}
