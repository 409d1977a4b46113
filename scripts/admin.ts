/**
 * `npm run admin -- reset-password NAME`: a new password for an account of the built-in sign-in, by who has the machine.
 * Reads the same environment as `npm start`. An account that is switched off or banned is let in again.
 */
import { randomBytes } from 'node:crypto';
import { DirectoryInUse } from '#db/pglite/lock.ts';
import { banStore } from '#db/stores/bans.ts';
import { identityRowStore } from '#db/stores/identity-rows.ts';
import { playerStore } from '#db/stores/players.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { type Config, readConfig } from '#server/config.ts';
import { createEmbeddedIdentity } from '#server/identity/embedded/embedded.ts';
import { openAccounts } from '#server/storage.ts';
import { createLog } from '#server/telemetry/log.ts';

class AdminError extends Error {
  override readonly name = 'AdminError';
}

const USAGE = 'What? npm run admin -- reset-password NAME';

async function resetPassword(config: Config, username: string): Promise<string> {
  const log = createLog('silent');
  if (config.keycloak)
    throw new AdminError(`The accounts are in the Keycloak at ${config.keycloak.url}: set the password there.`);
  const { database, keyring } = await openAccounts(config, log);
  try {
    const { db } = database;
    const rows = identityRowStore(db, keyring);
    const { origin } = config;
    const identity = await createEmbeddedIdentity({ rows, origin, production: false, allowInProduction: true, log });
    const user = await identity.users.find(username);
    if (!user) throw new AdminError(`There is no account with the name ${JSON.stringify(username)}.`);
    const password = randomBytes(12).toString('base64url');
    await identity.users.setPassword(user.id, password);
    await identity.users.setEnabled(user.id, true);
    const player = `p${keyring.hash('player', `${identity.trust.issuer}|${user.id}`)}`;
    await playerStore(db, keyring).setDisabled(player, null);
    await banStore(db).delete(player);
    // Processes that run hear of these from the database, within half a minute.
    await sessionStore(db, keyring).endAll(player, { by: '', reason: 'password-set', at: Date.now() });
    await identity.sessions.revokeAll(user.id);
    return `The new password, shown this once:   ${user.username}   ${password}`;
  } finally {
    await database.close();
  }
}

async function main(): Promise<void> {
  const [word, username, ...more] = process.argv.slice(2);
  if (word !== 'reset-password' || username === undefined || more.length > 0) throw new AdminError(USAGE);
  console.log(await resetPassword(readConfig(), username));
}

main().catch((error: Error) => {
  const { name, message, stack } = error;
  const inUse = error instanceof DirectoryInUse;
  const known = inUse || ['AdminError', 'ConfigError', 'KeyError', 'StoreError', 'SealError'].includes(name);
  const hint = inUse ? ' Stop Parlor, ask again, and start it; or use the console.' : '';
  process.stderr.write(`${known ? message + hint : stack}\n`);
  process.exitCode = 1;
});
