/** What Parlor does with a Keycloak that is away, is another one, or does not obey. The product, as a process. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, inject, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { createBrowser, type Tokens } from '#server/identity/test-browser.ts';
import { PASSWORD } from '#tests/e2e/browser.ts';
import { type ParlorProcess, startParlorProcess } from '#tests/e2e/parlor.ts';
import { createGate, type Gate } from '#tests/keycloak/gate.ts';
import { makeAdministrator, realmAdmin } from '#tests/keycloak/realm-admin.ts';

const SOON = { timeout: 90_000, interval: 200 };

const keycloak = inject('keycloak');
let parlor: ParlorProcess | undefined;
let gate: Gate | undefined;
afterEach(async () => {
  await parlor?.stop();
  await gate?.shut();
  parlor = undefined;
  gate = undefined;
});

async function start(env: Record<string, string> = {}): Promise<ParlorProcess> {
  const { url: KEYCLOAK_URL, clientSecret: KEYCLOAK_CLIENT_SECRET } = keycloak;
  parlor = await startParlorProcess({ KEYCLOAK_URL, KEYCLOAK_CLIENT_SECRET, ...env }, keycloak.parlor.port);
  return parlor;
}
async function shutGate(): Promise<Gate> {
  gate = createGate(keycloak.url, await freePort());
  return gate;
}

async function readiness({ origin }: ParlorProcess): Promise<{ status: number; reason: string | undefined }> {
  const answer = await fetch(`${origin}/readyz`);
  const { ready, reasons } = (await answer.json()) as { ready: boolean; reasons?: { identity?: string } };
  expect(ready).toBe(answer.status === 200);
  return { status: answer.status, reason: reasons?.identity };
}
const status = async (running: ParlorProcess) => (await readiness(running)).status;
const ask = ({ origin }: ParlorProcess, path: string, token: string, method = 'GET') =>
  fetch(`${origin}/apis/parlor.dev/v1/${path}`, { method, headers: { authorization: `Bearer ${token}` } });
const said = (running: ParlorProcess, text: string) => running.output().split(text).length - 1;

/** Somebody new who is signed in, with an access token. */
async function register(how: 'player' | 'admin' = 'player'): Promise<Tokens & { username: string }> {
  const { url, parlor } = keycloak;
  const browser = createBrowser({ url, realm: 'parlor', clientId: 'parlor-web' });
  const username = `gil-${randomUUID().slice(0, 8)}`;
  const form = await browser.start(`${parlor.origin}/`, 'register');
  const fields = { username, password: PASSWORD, 'password-confirm': PASSWORD };
  const tokens = await browser.finish(await browser.submit(form, fields));
  if (how === 'player') return { ...tokens, username };
  await makeAdministrator(await realmAdmin(keycloak), username);
  return { ...(await browser.refresh(tokens)).tokens, username };
}

it('[I94] without a Keycloak Parlor starts, names what is missing, and becomes ready by itself', async () => {
  const door = await shutGate();
  const running = await start({ KEYCLOAK_INTERNAL_URL: door.url });
  const reason = `No Keycloak answers at ${door.url}.`;
  await expect
    .poll(() => readiness(running), SOON)
    .toMatchObject({ status: 503, reason: expect.stringContaining(reason) });
  await expect.poll(() => said(running, reason), SOON).toBe(1);
  expect((await fetch(`${running.origin}/healthz`)).status).toBe(200);
  expect((await fetch(`${running.origin}/`)).status).toBe(200);
  const { access_token } = await register();
  const early = await ask(running, 'players/me', access_token);
  expect([early.status, await early.json()]).toMatchObject([
    503,
    { details: { causes: [{ reason: 'identity-away' }] } },
  ]);

  await door.open();
  await expect.poll(() => status(running), SOON).toBe(200);
  await expect.poll(async () => (await ask(running, 'players/me', access_token)).status, SOON).toBe(200);
});

it('[I94] a missing realm is named, with what to do, and may come later', async () => {
  const realm = `later-${randomUUID().slice(0, 6)}`;
  const running = await start({ KEYCLOAK_REALM: realm });
  const reason = `has no realm \\"${realm}\\". Import helm/realm/parlor-realm.json, or correct KEYCLOAK_REALM.`;
  await expect.poll(() => said(running, reason), SOON).toBe(1);
  expect(await readiness(running)).toMatchObject({
    status: 503,
    reason: expect.stringContaining(`no realm "${realm}"`),
  });
  const admin = await realmAdmin(keycloak);
  await admin.ask('POST', '', { realm, enabled: true });
  await expect.poll(() => status(running), SOON).toBe(200);
  // a realm that is not ours has no client of that secret: named, too
  await expect.poll(() => said(running, 'does not accept the secret of client'), SOON).toBe(1);
  await admin.ask('DELETE', `/${realm}`);
});

it("[I95] a Keycloak with another issuer than the browsers' is refused", async () => {
  const running = await start({ KEYCLOAK_URL: keycloak.url.replace('localhost', '127.0.0.1') });
  await expect
    .poll(() => readiness(running), SOON)
    .toMatchObject({ status: 503, reason: expect.stringContaining(`not as "http://127.0.0.1`) });
});

it('[I96] with Keycloak unavailable known players play on; an unknown key gets a transient refusal', async () => {
  const door = await shutGate();
  await door.open();
  const running = await start({ KEYCLOAK_INTERNAL_URL: door.url });
  await expect.poll(() => status(running), SOON).toBe(200);
  const { access_token } = await register();
  expect((await ask(running, 'players/me', access_token)).status).toBe(200);

  await door.shut();
  const admin = await realmAdmin(keycloak);
  const realm = await admin.ask<{ id: string }>('GET', '/parlor');
  const made = `rsa-${randomUUID().slice(0, 6)}`;
  await admin.ask('POST', '/parlor/components', {
    name: made,
    providerId: 'rsa-generated',
    providerType: 'org.keycloak.keys.KeyProvider',
    parentId: realm.id,
    config: { priority: [String(Date.now())], enabled: ['true'], active: ['true'], keySize: ['2048'] },
  });
  const later = await register();
  // keys are asked for every ten seconds at most
  const refused = async () => {
    const answer = await ask(running, 'players/me', later.access_token);
    return [answer.status, await answer.json()];
  };
  await expect.poll(refused, SOON).toMatchObject([503, { details: { causes: [{ reason: 'identity-away' }] } }]);
  expect((await ask(running, 'players/me', access_token)).status).toBe(200);
  expect(await status(running)).toBe(200);

  await door.open();
  await expect.poll(async () => (await ask(running, 'players/me', later.access_token)).status, SOON).toBe(200);
});

it('[I97] a wrong client secret is named and not repeated; play continues, and administration reports the problem', async () => {
  const wrong = 'a-secret-of-yesterday';
  const running = await start({ KEYCLOAK_CLIENT_SECRET: wrong });
  await expect.poll(() => said(running, 'Set KEYCLOAK_CLIENT_SECRET to the secret'), SOON).toBe(1);
  expect(await status(running)).toBe(200);
  const [player, admin] = [await register(), await register('admin')];
  expect((await ask(running, 'players/me', player.access_token)).status).toBe(200);
  const sessions = (await (await ask(running, 'sessions', admin.access_token)).json()) as {
    items: { metadata: { name: string }; spec: { displayName: string } }[];
  };
  const session = sessions.items.find(({ spec }) => spec.displayName === player.username)?.metadata.name;
  const ended = await ask(running, `sessions/${session}`, admin.access_token, 'DELETE');
  expect([ended.status, await ended.json()]).toMatchObject([
    503,
    {
      kind: 'Status',
      details: {
        causes: [{ reason: 'provider-not-told', message: expect.stringContaining('KEYCLOAK_CLIENT_SECRET') }],
      },
    },
  ]);
  // what is in our own hands was done
  expect((await ask(running, 'players/me', player.access_token)).status).toBe(401);
  expect(running.output()).not.toContain(wrong);
});
