import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createKeycloakIdentity } from '#server/identity/keycloak/keycloak.ts';
import { createLogoutVerifier } from '#server/identity/keycloak/logout-token.ts';
import { startTestIssuer, type TestIssuer } from '#server/identity/test-issuer.ts';
import { NO_LIMITS } from '#server/identity/testing-limits.ts';

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };

let issuer: TestIssuer;
let other: TestIssuer;
beforeAll(async () => {
  [issuer, other] = await Promise.all([startTestIssuer(), startTestIssuer()]);
});
afterAll(() => Promise.all([issuer.close(), other.close()]));

let made = 0;
/** As Keycloak makes them, for its browser client, with these claims changed. */
const logoutToken = (claims: Record<string, unknown> = {}, from = issuer) =>
  from.token({
    name: 'mira',
    sid: 's-1',
    audience: 'parlor-web',
    claims: { typ: 'Logout', jti: `j-${made++}`, events: EVENTS, ...claims },
  });

it("[I90] a logout token names one session, or all of a person's", async () => {
  const read = createLogoutVerifier(issuer.trust);
  expect(await read(await logoutToken())).toEqual({ sub: 'mira', sid: 's-1' });
  expect(await read(await logoutToken({ sid: undefined }))).toEqual({ sub: 'mira' });
});

it('[I91] any other token ends nothing, and the answer does not repeat it', async () => {
  const read = createLogoutVerifier(issuer.trust);
  const old = Math.floor(Date.now() / 1000) - 200;
  const bad: Record<string, [string, RegExp]> = {
    none: ['', /no logout token/],
    'not a token': ['hello', /ERR_JWS_INVALID/],
    'too long': ['x'.repeat(9000), /no logout token/],
    'an access token': [await issuer.token({ name: 'mira' }), /events/],
    'an access token for the client': [
      await issuer.token({ name: 'mira', audience: 'parlor-web', claims: { jti: 'a' } }),
      /events/,
    ],
    'no event': [await logoutToken({ events: undefined }), /events/],
    'another event': [await logoutToken({ events: { 'http://example.org/other': {} } }), /no logout/],
    'events of another kind': [await logoutToken({ events: 'backchannel-logout' }), /no logout/],
    'a nonce': [await logoutToken({ nonce: 'n' }), /nonce/],
    'nobody named': [await logoutToken({ sub: undefined }), /nobody/],
    'a login that is no text': [await logoutToken({ sid: 7 }), /sid/],
    'without an id': [await logoutToken({ jti: undefined }), /jti/],
    'an old one': [await logoutToken({ iat: old }), /iat|expired/],
    'one that has expired': [await logoutToken({ exp: old }), /expired/],
    'another issuer, its key': [await logoutToken({}, other), /iss|NO_MATCHING_KEY/],
    'another issuer, our key': [await logoutToken({ iss: 'http://evil/realms/parlor' }), /iss/],
    'another client': [await logoutToken({ aud: 'account' }), /aud/],
  };
  for (const [what, [token, reason]] of Object.entries(bad)) {
    const answer = await read(token);
    expect(answer, what).toEqual({ status: 400, reason: expect.stringMatching(reason) });
    for (const part of token.split('.')) if (part.length > 8) expect(JSON.stringify(answer), what).not.toContain(part);
  }
});

it('[I92] a logout token takes effect once; ids are kept as long as they could be replayed', async () => {
  let time = Date.now();
  const read = createLogoutVerifier(issuer.trust, () => time);
  const token = await logoutToken();
  expect(await read(token)).toHaveProperty('sub');
  expect(await read(token)).toEqual({ status: 400, reason: 'it was used before' });
  time += 124_000;
  expect(await read(token)).toMatchObject({ status: 400, reason: 'it was used before' });
  time += 60_000;
  expect(await read(token)).toMatchObject({ status: 400, reason: 'it has expired' });
});

it('[I90] a logout token arrives as a POSTed form; listeners are notified before the answer', async () => {
  const { issuer: address } = issuer.trust;
  const url = address.replace('/realms/parlor', '');
  const warned: object[] = [];
  const nothing = () => {};
  const identity = createKeycloakIdentity({ url, internalUrl: url, realm: 'parlor', clientSecret: 'never asked' }, {
    info: nothing,
    error: nothing,
    warn: (fields: object) => void warned.push(fields),
  } as never);
  const app = express();
  identity.mount(app, NO_LIMITS);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    identity.close();
    server.close();
  });
  const heard: unknown[] = [];
  identity.onSessionEnd(async (end) => {
    await new Promise((later) => setImmediate(later));
    heard.push(end);
  });
  const post = (body: RequestInit['body'] | URLSearchParams, headers = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/backchannel-logout`, {
      method: 'POST',
      body,
      headers,
    } as RequestInit);
  const token = await logoutToken();
  const good = await post(new URLSearchParams({ logout_token: token }));
  expect([good.status, good.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(heard).toEqual([{ sub: 'mira', sid: 's-1' }]);
  const again = await post(new URLSearchParams({ logout_token: token }));
  expect([again.status, await again.json()]).toMatchObject([400, { kind: 'Status', code: 400 }]);
  expect((await post(JSON.stringify({ logout_token: token }), { 'content-type': 'application/json' })).status).toBe(
    400,
  );
  expect((await post(new URLSearchParams({ logout_token: ['a', 'b'].join() }))).status).toBe(400);
  expect(heard).toHaveLength(1);
  expect(JSON.stringify(warned)).toContain('used before');
  expect(JSON.stringify(warned)).not.toContain(String(decodeJwt(token).jti));
});
