/** The administrator of a new installation. */
import { randomBytes } from 'node:crypto';
import type { Accounts } from '#server/identity/embedded/accounts.ts';
import type { Rows } from '#server/identity/embedded/rows.ts';
import type { FirstAdministrator } from '#server/identity/identity.ts';

const KIND = 'Bootstrap';
const USERNAME = 'admin';
const ROLES = ['admin', 'player'];

/**
 * Creates the administrator on the first start; on every later one there is nothing to return. A start that
 * died before it came this far is repeated with a new password, since nobody has seen the old one.
 */
export async function bootstrap(rows: Rows, accounts: Accounts): Promise<FirstAdministrator | undefined> {
  if (await rows.find(KIND, USERNAME)) return undefined;
  const password = randomBytes(12).toString('base64url');
  const existing = await accounts.find(USERNAME);
  if (existing) await accounts.change(existing.id, { password, roles: ROLES, enabled: true });
  else await accounts.create({ username: USERNAME, password, roles: ROLES });
  const first = await rows.insert(KIND, USERNAME, USERNAME, { at: Date.now() });
  return first ? { username: USERNAME, password } : undefined;
}
