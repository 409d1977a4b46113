/** The administrator of a new installation. */
import { createHmac } from 'node:crypto';
import type { Accounts } from '#server/identity/embedded/accounts.ts';
import type { Rows } from '#server/identity/embedded/rows.ts';
import type { FirstAdministrator } from '#server/identity/identity.ts';

const KIND = 'Bootstrap';
const USERNAME = 'admin';
const ROLES = ['admin', 'player'];

/**
 * Creates the administrator on the first start; on every later one there is nothing to return. Of processes that
 * start together one returns it. `secret` is the installation's: all of them derive the same password from it, so
 * whichever writes the account last writes what is shown; and a start that died halfway is repeated.
 */
export async function bootstrap(
  rows: Rows,
  accounts: Accounts,
  secret: string,
): Promise<FirstAdministrator | undefined> {
  if (await rows.find(KIND, USERNAME)) return undefined;
  const password = createHmac('sha256', secret).update('first administrator').digest('base64url').slice(0, 16);
  const existing = await accounts.find(USERNAME);
  if (existing) await accounts.change(existing.id, { password, roles: ROLES, enabled: true });
  else await accounts.create({ username: USERNAME, password, roles: ROLES });
  const first = await rows.insert(KIND, USERNAME, USERNAME, { at: Date.now() });
  return first ? { username: USERNAME, password } : undefined;
}
