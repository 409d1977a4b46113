/**
 * Refresh tokens: a random value in the form of a JWT, which keycloak-js decodes, signed so that a made-up one is told
 * from ours without asking the store.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export type RefreshTokens = {
  /** `random` as a token that lapses at `exp` (seconds). */
  issue(random: string, exp: number): string;
  /** True for what `issue` made, spent or lapsed as it may be. */
  isOurs(token: string): boolean;
};

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEAD = part({ alg: 'HS256', typ: 'JWT' });

/** `secret`: one of the provider's own. */
export function createRefreshTokens(secret: string): RefreshTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'parlor refresh token', 32));
  const sign = (content: string) => createHmac('sha256', key).update(content).digest();

  return {
    issue(random, exp) {
      const content = `${HEAD}.${part({ typ: 'Refresh', exp, jti: random })}`;
      return `${content}.${sign(content).toString('base64url')}`;
    },
    isOurs(token) {
      const at = token.lastIndexOf('.');
      const signature = Buffer.from(token.slice(at + 1), 'base64url');
      const expected = sign(token.slice(0, Math.max(0, at)));
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}
