/**
 * `npm run accounts -- --count 200 --out accounts.json`: people for a load test, made in bulk in a Keycloak whose
 * address and service secret are in the environment, as for `npm start`. `--remove FILE` deletes them again.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type KeycloakConfig, readConfig } from '#server/config.ts';
import { ProviderTrouble, type Users } from '#server/identity/identity.ts';
import { createAdminApi } from '#server/identity/keycloak/admin-api.ts';
import { createSessions } from '#server/identity/keycloak/sessions.ts';
import { createUsers } from '#server/identity/keycloak/users.ts';
import { createLog } from '#server/telemetry/log.ts';

export type Account = { id: string; username: string; password: string };

const USAGE = `npm run accounts -- --count N --out FILE    makes N people, and writes down how they sign in
npm run accounts -- --remove FILE          deletes those people, and the file

KEYCLOAK_URL and KEYCLOAK_CLIENT_SECRET say where, as for npm start.`;

const MOST = 100_000;
/** At once: Keycloak hashes each password on purpose slowly. */
const LINES = 8;
const PROGRESS_MS = 2_000;

/** Nobody has these names yet: each call has a prefix of its own. `done` is told how many there are. */
export async function makeAccounts(users: Users, count: number, done = (_: number) => {}): Promise<Account[]> {
  const batch = randomBytes(3).toString('hex');
  const accounts: Account[] = [];
  await inLines(count, async (i) => {
    const username = `load-${batch}-${i + 1}`;
    const password = randomBytes(18).toString('base64url');
    const made = await users.create({ username, password });
    if ('refused' in made) throw new ProviderTrouble(`${username} was refused: ${made.detail}.`);
    accounts.push({ id: made.id, username, password });
    done(accounts.length);
  });
  return accounts;
}

export async function removeAccounts(users: Users, accounts: readonly Account[]): Promise<void> {
  await inLines(accounts.length, (i) => users.delete((accounts[i] as Account).id));
}

async function inLines(count: number, one: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const line = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: LINES }, line));
}

function usersOf(keycloak: KeycloakConfig): Users {
  const api = createAdminApi(keycloak, createLog('silent'));
  return createUsers(api, createSessions(api));
}

function teller(count: number): (made: number) => void {
  let told = performance.now();
  return (made) => {
    if (performance.now() - told < PROGRESS_MS && made < count) return;
    told = performance.now();
    console.error(`${made.toLocaleString('en')} of ${count.toLocaleString('en')} people`);
  };
}

async function main(): Promise<number> {
  const options = { count: { type: 'string' }, out: { type: 'string' }, remove: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const count = Number(values.count);
  const makes = values.out !== undefined && Number.isInteger(count) && count >= 1 && count <= MOST;
  if (makes === (values.remove !== undefined))
    throw new Error(`Say how many people, and where to note them.\n\n${USAGE}`);
  const { keycloak } = readConfig();
  if (!keycloak) throw new Error(`There is no Keycloak: set KEYCLOAK_URL and KEYCLOAK_CLIENT_SECRET.\n\n${USAGE}`);
  const users = usersOf(keycloak);
  if (values.remove !== undefined) {
    const accounts = JSON.parse(await readFile(values.remove, 'utf8')) as Account[];
    await removeAccounts(users, accounts);
    await rm(values.remove);
    console.log(`${accounts.length} people are gone.`);
  } else {
    const accounts = await makeAccounts(users, count, teller(count));
    await writeFile(values.out as string, JSON.stringify(accounts), { mode: 0o600 });
    console.log(`${accounts.length} people can sign in; how, is in ${values.out}.`);
  }
  return 0;
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: Error) => {
    console.error(error.message);
    return 2;
  });
}
