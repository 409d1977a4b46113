/** What an import of the realm file makes of a Keycloak. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import { decodeJwt } from 'jose';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { createKeycloakIdentity } from '#server/identity/keycloak/keycloak.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { NO_LIMITS } from '#server/identity/testing-limits.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { createLog } from '#server/telemetry/log.ts';
import { realmAdmin } from '#tests/keycloak/realm-admin.ts';

const keycloak = inject('keycloak');
const { url, clientSecret, parlor } = keycloak;
const home = `${parlor.origin}/`;
const endpoint = `${url}/realms/parlor/protocol/openid-connect`;
const PASSWORD = 'correct horse battery';
const unique = (name: string) => `${name}-${Math.random().toString(36).slice(2, 8)}`;
const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });

it('[I99] sign-in without PKCE, with another method than S256, or to another site is refused', async () => {
  const ask = (change: Record<string, string>) => {
    const params = {
      client_id: 'parlor-web',
      redirect_uri: home,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      ...change,
    };
    return fetch(`${endpoint}/auth?${new URLSearchParams(params)}`, { redirect: 'manual' });
  };
  expect((await ask({})).status).toBe(200);
  for (const change of [{ code_challenge: '' }, { code_challenge_method: 'plain' }]) {
    const answer = await ask(change as never);
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
  }
  expect((await ask({ redirect_uri: 'https://evil.example/' })).status).toBe(400);
  const direct = { grant_type: 'password', client_id: 'parlor-web', username: 'a', password: 'b' };
  expect((await fetch(`${endpoint}/token`, form(direct))).status).toBe(400);
});

it('[I99] a new account is a player, and only name and password are asked for', async () => {
  const browser = createBrowser({ url, realm: 'parlor', clientId: 'parlor-web' });
  const page = await browser.start(home, 'register');
  const asked = [...page.html.matchAll(/<input[^>]*\bname="([^"]+)"/g)].map(([, name]) => name);
  expect(new Set(asked)).toEqual(new Set(['username', 'password', 'password-confirm']));
  const username = unique('Hal');
  const fields = { username, password: PASSWORD, 'password-confirm': PASSWORD };
  const tokens = await browser.finish(await browser.submit(page, fields));
  const claims = decodeJwt<{ realm_access: { roles: string[] }; preferred_username: string }>(tokens.access_token);
  expect(claims.realm_access.roles).toContain('player');
  expect(claims.realm_access.roles).not.toContain('admin');
  expect(claims.preferred_username).toBe(username.toLowerCase());
  expect(claims).not.toHaveProperty('email');
});

it('[I99] a used refresh token is refused', async () => {
  const browser = createBrowser({ url, realm: 'parlor', clientId: 'parlor-web' });
  const username = unique('ivo');
  const page = await browser.start(home, 'register');
  const fields = { username, password: PASSWORD, 'password-confirm': PASSWORD };
  const first = await browser.finish(await browser.submit(page, fields));
  expect((await browser.refresh(first)).status).toBe(200);
  expect(await browser.refresh(first)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

it('[I99] the service account may manage people, and nothing else', async () => {
  const credentials = { client_id: 'parlor-server', client_secret: clientSecret };
  const answer = await fetch(`${endpoint}/token`, form({ grant_type: 'client_credentials', ...credentials }));
  const { access_token } = (await answer.json()) as { access_token: string };
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await fetch(`${url}/admin/realms/${path}`, init)).status;
  };
  for (const path of ['parlor/users?max=1', 'parlor/roles'])
    expect([path, await ask('GET', path)]).toEqual([path, 200]);
  for (const path of ['parlor/events', 'parlor/clients/x', 'master/users', 'master'])
    expect([path, await ask('GET', path)]).toEqual([path, 403]);
  expect(await ask('PUT', 'parlor', { registrationAllowed: false })).toBe(403);
  expect(await ask('POST', 'parlor/clients', { clientId: 'mine' })).toBe(403);
});

it('[I99] events are stored, guessing is slowed down, and sessions last as long as embedded ones', async () => {
  const admin = await realmAdmin(keycloak);
  const twoWeeks = 14 * 24 * 3600;
  expect(await admin.ask('GET', '/parlor')).toMatchObject({
    eventsEnabled: true,
    adminEventsEnabled: true,
    bruteForceProtected: true,
    accessTokenLifespan: 300,
    revokeRefreshToken: true,
    ssoSessionIdleTimeout: twoWeeks,
    ssoSessionMaxLifespan: twoWeeks,
  });
  const events = await admin.ask<{ type: string }[]>('GET', '/parlor/events?max=100');
  expect(events.map(({ type }) => type)).toContain('REGISTER');
});

it('[I100] a renamed account stays the same player, and is shown by the new name', async () => {
  const app = express();
  const server = createServer(app).listen(parlor.port, '127.0.0.1');
  await once(server, 'listening');
  const identity = createKeycloakIdentity(
    { url, internalUrl: url, realm: 'parlor', clientSecret },
    createLog('silent'),
  );
  onTestFinished(async () => {
    identity.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  identity.mount(app, NO_LIMITS);
  await vi.waitUntil(async () => (await identity.ready()) === true, { timeout: 30_000 });
  const verify = createVerifier({ ...identity.trust, hash: (_purpose, value) => value, revoked: () => false });
  const user = await identity.users.create({ username: unique('Jo'), password: PASSWORD });
  if ('refused' in user) throw new Error(user.detail);
  const browser = createBrowser(identity.browserConfig());
  const tokens = await browser.signIn(user.username, PASSWORD, home);
  const before = await verify(tokens.access_token);
  const renamed = unique('joanna');
  const admin = await realmAdmin(keycloak);
  await admin.ask('PUT', '/parlor', { editUsernameAllowed: true });
  await admin.ask('PUT', `/parlor/users/${user.id}`, { username: renamed });
  await admin.ask('PUT', '/parlor', { editUsernameAllowed: false });
  const after = await verify((await browser.refresh(tokens)).tokens.access_token);
  expect(before).toMatchObject({ name: user.username, player: expect.stringContaining(user.id) });
  expect(after).toEqual({ ...before, name: renamed, expiresAt: expect.any(Number) });
});

it('[I11, I12] a name or a password that the realm refuses is refused in its field', async () => {
  const identity = createKeycloakIdentity(
    { url, internalUrl: url, realm: 'parlor', clientSecret },
    createLog('silent'),
  );
  onTestFinished(identity.close);
  for (const username of ['x', 'x'.repeat(41), 'two words', 'mi\u202era', 'a<b'])
    expect(await identity.users.create({ username, password: PASSWORD }), username).toMatchObject({
      refused: 'name-invalid',
      field: 'username',
    });
  for (const password of ['short', 'x'.repeat(201)])
    expect(await identity.users.create({ username: unique('kim'), password })).toMatchObject({
      refused: 'password-invalid',
      field: 'password',
    });
});
