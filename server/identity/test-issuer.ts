/**
 * A tiny issuer on loopback, for tests, benchmarks and load: it signs tokens for anyone, without pages
 * or passwords, under a key of its own that the ordinary verifier fetches.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Trust } from '#server/identity/identity.ts';
import { remoteKeys } from '#server/identity/keys.ts';

export type TokenOptions = {
  /** Also the subject, so that the same name is the same player. */
  name: string;
  roles?: readonly string[];
  sid?: string;
  /** Seconds; negative for one that has lapsed. */
  expiresIn?: number;
  issuer?: string;
  audience?: string;
  /** `azp` */
  client?: string;
  /** Any further claim, or one of the above overridden; `undefined` leaves it out. */
  claims?: Record<string, unknown>;
};

export type TestIssuer = {
  trust: Trust;
  jwksUrl: string;
  token(options: TokenOptions): Promise<string>;
  /** Tokens of `player-0`, `player-1`, …, each with a session of its own. */
  tokens(count: number, options?: Omit<TokenOptions, 'name'>): Promise<string[]>;
  /** Signs with a new key from now on; the old one is withdrawn. */
  rotate(): Promise<void>;
  close(): Promise<void>;
};

type SigningKey = { kid: string; privateKey: CryptoKey; jwk: JWK };

async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

export async function startTestIssuer(port = 0): Promise<TestIssuer> {
  let key = await newKey();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/parlor`;
  const jwksUrl = `${issuer}/protocol/openid-connect/certs`;
  const trust = { issuer, audience: 'parlor', client: 'parlor-web', keys: remoteKeys(new URL(jwksUrl)) };

  async function token(options: TokenOptions): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: options.issuer ?? issuer,
      aud: options.audience ?? trust.audience,
      azp: options.client ?? trust.client,
      sub: options.name,
      sid: options.sid ?? randomUUID(),
      typ: 'Bearer',
      iat: now,
      exp: now + (options.expiresIn ?? 300),
      preferred_username: options.name,
      realm_access: { roles: options.roles ?? ['player'] },
      ...options.claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'JWT' })
      .sign(key.privateKey);
  }

  return {
    trust,
    jwksUrl,
    token,
    tokens: (count, options = {}) =>
      Promise.all(Array.from({ length: count }, (_, i) => token({ ...options, name: `player-${i}` }))),
    async rotate() {
      key = await newKey();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
