import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBrowser } from '#server/identity/test-browser.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { type RunningEmbedded, startEmbedded } from '#server/testing/embedded-identity.ts';

const SECRET = 'a service secret of some length';
const PASSWORD = 'a long enough one';
let provider: RunningEmbedded;
beforeAll(async () => {
  provider = await startEmbedded({ serviceSecret: SECRET });
});
afterAll(() => provider.close());

async function serviceToken(secret = SECRET): Promise<Response> {
  return fetch(`${provider.origin}/realms/parlor/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`parlor-server:${encodeURIComponent(secret)}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
}

async function call(token: string, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${provider.origin}/admin/realms/parlor${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

it('[I70] the service client creates, finds and deletes people and ends logins, as with Keycloak', async () => {
  const { access_token: token } = (await (await serviceToken()).json()) as { access_token: string };
  const person = { username: 'Mira', enabled: true, credentials: [{ type: 'password', value: PASSWORD }] };
  const created = await call(token, 'POST', '/users', person);
  expect(created.status).toBe(201);
  const id = created.headers.get('location')?.split('/').at(-1);
  expect((await call(token, 'POST', '/users', person)).status).toBe(409);
  expect((await call(token, 'POST', '/users', { ...person, username: 'x' })).status).toBe(400);
  expect(await (await call(token, 'GET', '/users?username=mira&exact=true')).json()).toMatchObject([{ id }]);
  expect(await (await call(token, 'GET', '/users?username=nobody&exact=true')).json()).toEqual([]);

  const browser = createBrowser(provider.identity.browserConfig());
  const tokens = await browser.signIn('Mira', PASSWORD, provider.goingTo);
  const [login] = (await (await call(token, 'GET', `/users/${id}/sessions`)).json()) as { id: string }[];
  expect((await call(token, 'DELETE', `/sessions/${login?.id}`)).status).toBe(204);
  expect((await call(token, 'DELETE', `/sessions/${login?.id}`)).status).toBe(404);
  expect(await browser.refresh(tokens)).toMatchObject({ status: 400 });

  const again = await browser.signIn('Mira', PASSWORD, provider.goingTo);
  expect((await call(token, 'POST', `/users/${id}/logout`)).status).toBe(204);
  expect(await browser.refresh(again)).toMatchObject({ status: 400 });
  expect((await call(token, 'PUT', `/users/${id}`, { enabled: false })).status).toBe(204);
  expect(await (await call(token, 'GET', `/users/${id}`)).json()).toMatchObject({ enabled: false });
  expect((await call(token, 'DELETE', `/users/${id}`)).status).toBe(204);
  expect((await call(token, 'GET', `/users/${id}`)).status).toBe(404);
});

it("[I71] the admin API refuses every other token, an administrator's included; the service token admits to no room", async () => {
  expect((await serviceToken('wrong')).status).toBe(401);
  const administrator = await provider.identity.bootstrap();
  const browser = createBrowser(provider.identity.browserConfig());
  const own = await browser.signIn('admin', administrator?.password ?? '', provider.goingTo);
  for (const token of [own.access_token, own.id_token, 'nonsense', '']) {
    expect((await call(token, 'GET', '/users')).status).toBe(401);
  }
  const { access_token: token } = (await (await serviceToken()).json()) as { access_token: string };
  const verify = createVerifier({ ...provider.identity.trust, hash: (_, value) => value, revoked: () => false });
  expect(await verify(token)).toEqual({ refused: 'unauthenticated', detail: 'the token was issued to another client' });
});

it('[I72] without a service secret there are no admin endpoints', async () => {
  const closed = await startEmbedded();
  expect((await fetch(`${closed.origin}/admin/realms/parlor/users`)).status).toBe(404);
  await closed.close();
});
