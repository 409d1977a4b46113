import { createHmac } from 'node:crypto';
import { decodeProtectedHeader, exportSPKI, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { remoteKeys } from '#server/identity/keys.ts';
import { startTestIssuer, type TestIssuer } from '#server/identity/test-issuer.ts';
import { createVerifier, type VerifierPorts } from '#server/identity/verifier.ts';

let issuer: TestIssuer;
let other: TestIssuer;
beforeAll(async () => {
  [issuer, other] = await Promise.all([startTestIssuer(), startTestIssuer()]);
});
afterAll(() => Promise.all([issuer.close(), other.close()]));

const hash = (purpose: string, value: string) =>
  createHmac('sha256', 'test').update(`${purpose}\n${value}`).digest('base64url').slice(0, 22);

function verifier(ports: Partial<VerifierPorts> = {}) {
  return createVerifier({ ...issuer.trust, hash, revoked: () => false, ...ports });
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('[I1] a valid token yields a pseudonym with name, roles, session and expiry', async () => {
  const token = await issuer.token({ name: 'Mira', roles: ['player', 'admin'], sid: 's-1' });
  const identity = await verifier()(token);
  expect(identity).toEqual({
    player: `p${hash('player', `${issuer.trust.issuer}|Mira`)}`,
    name: 'Mira',
    roles: ['player', 'admin'],
    session: 's-1',
    expiresAt: expect.any(Number),
    subject: 'Mira',
  });
  const again = await verifier()(await issuer.token({ name: 'Mira' }));
  expect(again).toMatchObject({ player: (identity as { player: string }).player });
});

it('[I2] each invalid token is refused with a code and a detail without the token', async () => {
  const good = await issuer.token({ name: 'Mira' });
  const [head, body, signature] = good.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const { kid } = decodeProtectedHeader(good);
  const { keys } = (await (await fetch(issuer.jwksUrl)).json()) as { keys: [Record<string, string>] };
  const publicPem = await exportSPKI((await importJWK(keys[0], 'ES256')) as CryptoKey);
  const hs256 = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', ...(kid && { kid }) })
    .sign(new TextEncoder().encode(publicPem));

  const bad: Record<string, [string, RegExp]> = {
    empty: ['', /no token/],
    'not a token': ['hello', /ERR_JWS_INVALID/],
    'too long': [good + 'a'.repeat(9000), /too long/],
    tampered: [`${head}.${encode({ ...claims, sub: 'Eve' })}.${signature}`, /SIGNATURE_VERIFICATION_FAILED/],
    expired: [await issuer.token({ name: 'Mira', expiresIn: -6 }), /expired/],
    'not yet': [await issuer.token({ name: 'Mira', claims: { nbf: Date.now() / 1000 + 60 } }), /nbf/],
    'another issuer, our key': [await issuer.token({ name: 'Mira', issuer: 'http://evil/realms/parlor' }), /iss/],
    'another issuer, its key': [await other.token({ name: 'Mira' }), /NO_MATCHING_KEY/],
    'another audience': [await issuer.token({ name: 'Mira', audience: 'account' }), /aud/],
    'another client': [await issuer.token({ name: 'Mira', client: 'parlor-server' }), /another client/],
    'an id token': [await issuer.token({ name: 'Mira', claims: { typ: 'ID' } }), /not an access token/],
    'no expiry': [await issuer.token({ name: 'Mira', claims: { exp: undefined } }), /exp/],
    'no subject': [await issuer.token({ name: 'Mira', claims: { sub: undefined } }), /sub/],
    'no login': [await issuer.token({ name: 'Mira', claims: { sid: undefined } }), /no login/],
    'alg none': [`${encode({ alg: 'none', typ: 'JWT' })}.${body}.`, /ERR_J/],
    'HS256 under our public key': [hs256, /ERR_JOSE_ALG_NOT_ALLOWED/],
  };
  for (const [what, [token, detail]] of Object.entries(bad)) {
    const answer = await verifier()(token);
    expect(answer, what).toEqual({ refused: 'unauthenticated', detail: expect.stringMatching(detail) });
    for (const part of token.split('.')) {
      if (part.length > 8) expect(JSON.stringify(answer), what).not.toContain(part);
    }
  }
});

it('[I3] the verifier accepts five seconds of clock skew', async () => {
  expect(await verifier()(await issuer.token({ name: 'Mira', expiresIn: -2 }))).toHaveProperty('player');
});

it("[I4] an ended session's tokens are refused at once, whatever they say", async () => {
  const ended = new Map<string, number>();
  const verify = verifier({ revoked: (session, _player, issuedAt) => issuedAt <= (ended.get(session) ?? -1) });
  const token = await issuer.token({ name: 'Mira', sid: 's-2' });
  expect(await verify(token)).toHaveProperty('player');
  ended.set('s-2', Date.now());
  expect(await verify(token)).toEqual({ refused: 'session-ended', detail: 'the session was ended' });
  expect(await verify(await issuer.token({ name: 'Mira', sid: 's-3' }))).toHaveProperty('player');
});

it('[I5] with the provider unavailable known keys are accepted and unknown ones get a transient refusal', async () => {
  const shaky = await startTestIssuer();
  const keys = remoteKeys(new URL(shaky.jwksUrl), { maxAgeMs: 0, cooldownMs: 0 });
  const verify = createVerifier({ ...shaky.trust, keys, hash, revoked: () => false });
  const never = createVerifier({
    ...shaky.trust,
    keys: remoteKeys(new URL(shaky.jwksUrl)),
    hash,
    revoked: () => false,
  });
  const known = await shaky.token({ name: 'Mira' });
  expect(await verify(known)).toHaveProperty('player');

  await shaky.rotate();
  expect(await verify(await shaky.token({ name: 'Mira' }))).toHaveProperty('player');
  expect(await verify(known)).toMatchObject({ refused: 'unauthenticated' });

  const fresh = await shaky.token({ name: 'Mira' });
  await shaky.rotate();
  const unknown = await shaky.token({ name: 'Mira' });
  await shaky.close();
  expect(await verify(fresh)).toHaveProperty('player');
  expect(await verify(unknown)).toMatchObject({ refused: 'identity-away' });
  expect(await verify(fresh)).toHaveProperty('player');
  expect(await never(fresh)).toMatchObject({ refused: 'identity-away' });
});

it('[I6] the test issuer mints tokens for many accounts at once', async () => {
  const verify = verifier();
  const identities = await Promise.all(
    (await issuer.tokens(50, { roles: ['loadtest'] })).map((token) => verify(token)),
  );
  expect(new Set(identities.map((identity) => 'player' in identity && identity.player)).size).toBe(50);
});
