/**
 * Refresh tokens: a random value in the form of a JWT, which keycloak-js decodes, signed so that a made-up one is told
 * from ours without asking the store.
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export type RefreshTokens = {
  /** `random` as a token of `login` that lapses at `exp` (seconds). The login is the same in all that follow it. */
  issue(random: string, exp: number, login: string): string;
  /** Of which login `issue` made it, spent or lapsed as it may be; undefined when it did not. */
  loginOf(token: string): string | undefined;
};

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The login's own name is not told. */
const digest = (login: string) => createHash('sha256').update(login).digest('base64url').slice(0, 22);
const HEAD = part({ alg: 'HS256', typ: 'JWT' });

/** `secret`: one of the provider's own. */
export function createRefreshTokens(secret: string): RefreshTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'parlor refresh token', 32));
  const sign = (content: string) => createHmac('sha256', key).update(content).digest();

  return {
    issue(random, exp, login) {
      const content = `${HEAD}.${part({ typ: 'Refresh', exp, jti: random, login: digest(login) })}`;
      return `${content}.${sign(content).toString('base64url')}`;
    },
    loginOf(token) {
      const at = token.lastIndexOf('.');
      const content = token.slice(0, Math.max(0, at));
      const signature = Buffer.from(token.slice(at + 1), 'base64url');
      const expected = sign(content);
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
      const { login } = JSON.parse(Buffer.from(content.slice(HEAD.length + 1), 'base64url').toString());
      return String(login);
    },
  };
}
