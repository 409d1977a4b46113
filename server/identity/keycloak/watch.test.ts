/** Against the embedded provider over HTTP, which speaks as much of Keycloak as is needed here. */
import { afterEach, expect, it } from 'vitest';
import { ProviderTrouble } from '#server/identity/identity.ts';
import { createKeycloakIdentity } from '#server/identity/keycloak/keycloak.ts';
import { type RunningEmbedded, startEmbedded } from '#server/testing/embedded-identity.ts';

const SECRET = 'the secret of the service';
const SOON = { timeout: 15_000 };
const watch = { firstMs: 20, mostMs: 100 };

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function provider(port = 0, serviceSecret = SECRET): Promise<RunningEmbedded> {
  const running = await startEmbedded({ serviceSecret }, port);
  closers.push(running.close);
  return running;
}

function connect(url: string, change: { realm?: string; clientSecret?: string; internalUrl?: string } = {}) {
  const lines: string[] = [];
  const write = (level: string) => (fields: unknown, text?: string) =>
    void lines.push(`${level} ${JSON.stringify(fields)} ${text ?? ''}`);
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const config = { url, internalUrl: url, realm: 'parlor', clientSecret: SECRET, ...change };
  const identity = createKeycloakIdentity(config, log as never, { watch });
  closers.push(identity.close);
  return { identity, lines, said: (part: string) => lines.filter((line) => line.includes(part)).length };
}

it('[I94] an unreachable Keycloak is logged once, and found once it answers', async () => {
  const place = await provider();
  const port = Number(new URL(place.origin).port);
  await place.close();
  const { identity, said } = connect(place.origin);
  await expect
    .poll(() => identity.ready(), SOON)
    .toBe(`No Keycloak answers at ${place.origin}. Start it, or correct KEYCLOAK_URL or KEYCLOAK_INTERNAL_URL.`);
  await provider(port);
  await expect.poll(() => identity.ready(), SOON).toBe(true);
  expect([said('No Keycloak answers'), said('identity provider ready')]).toEqual([1, 1]);
  expect(await identity.sessions.list('nobody')).toEqual([]);
});

it('[I94] another realm, and a server that is no Keycloak, are each named', async () => {
  const { origin } = await provider();
  const wrong = connect(origin, { realm: 'club' });
  await expect.poll(() => wrong.identity.ready(), SOON).toContain('has no realm "club"');
  const other = connect(`${origin}/realms/parlor/resources/theme.css?`.slice(0, -1));
  await expect.poll(() => other.identity.ready(), SOON).toMatch(/has no realm|is no Keycloak that is ready/);
});

it('[I95] an issuer unknown to browsers is refused with the setting to change', async () => {
  const { origin } = await provider();
  const { identity } = connect('https://id.example.org', { internalUrl: origin });
  await expect.poll(() => identity.ready(), SOON).toContain('Set KEYCLOAK_URL and Keycloak');
});

it('[I97] a wrong secret is logged once, never repeated, and reported to administration as a problem', async () => {
  const { origin } = await provider();
  const clientSecret = 'a secret of yesterday';
  const { identity, lines, said } = connect(origin, { clientSecret });
  await expect.poll(() => said('Set KEYCLOAK_CLIENT_SECRET'), SOON).toBe(1);
  expect(await identity.ready()).toBe(true);
  await expect(identity.sessions.revoke('s-1')).rejects.toThrow(ProviderTrouble);
  await expect(identity.users.list()).rejects.toThrow('does not accept the secret');
  expect(said('Set KEYCLOAK_CLIENT_SECRET')).toBe(1);
  expect(lines.join()).not.toContain(clientSecret);
});

it('[I97] a recovered administration call ends the problem, and is logged', async () => {
  const first = await provider();
  const port = Number(new URL(first.origin).port);
  const { identity, said } = connect(first.origin);
  await expect.poll(() => identity.ready(), SOON).toBe(true);
  await first.close();
  await expect(identity.sessions.list('nobody')).rejects.toThrow('No Keycloak answers');
  // another one, with keys of its own: the token of before is worth nothing there
  await provider(port);
  expect(await identity.sessions.list('nobody')).toEqual([]);
  expect([said('No Keycloak answers'), said('Keycloak administration recovered')]).toEqual([1, 1]);
});
