import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REALM_FILE } from '#scripts/keycloak/server.ts';
import { BACK_CHANNEL } from '#server/identity/keycloak/keycloak.ts';

const text = readFileSync(REALM_FILE, 'utf8');

type Client = { clientId: string; secret?: string; enabled: unknown; attributes?: Record<string, string> };
const realm = JSON.parse(text) as { clients: Client[]; users: object[] };
const client = (id: string) => realm.clients.find(({ clientId }) => clientId === id);

it('[I98] the realm file holds no secret: the import inserts it, and without it the client is disabled', () => {
  const secrets = [...text.matchAll(/"(?:secret|credentials|privateKey|certificate|value|password)": *("[^"]*"|\[)/g)];
  expect(secrets.map(([, value]) => value)).toEqual([expect.stringMatching(/^"\$\{PARLOR_SERVER_SECRET\}"$/)]);
  expect(client('parlor-server')?.enabled).toMatch(/^\$\{PARLOR_SERVER_ENABLED:false\}$/);
  expect(realm.users).toHaveLength(1);
});

it('[I98] the import inserts addresses too; a bare import is for this machine', () => {
  const given = [...text.matchAll(/"\$\{(PARLOR_\w+)(?::([^}]*))?\}/g)].map(([, name, fallback]) => [name, fallback]);
  expect(Object.fromEntries(given)).toEqual({
    PARLOR_ORIGIN: 'http://localhost:2567',
    PARLOR_BACKCHANNEL: 'http://localhost:2567',
    PARLOR_SERVER_SECRET: undefined,
    PARLOR_SERVER_ENABLED: 'false',
  });
  const address = client('parlor-web')?.attributes?.['backchannel.logout.url'];
  expect(address?.replace(/\$\{[^}]*\}/, '')).toBe(BACK_CHANNEL);
});
