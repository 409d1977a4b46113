/** Opens the provider of accounts: the embedded one, or the Keycloak that the configuration names. */
import type { IdentityRowStore } from '#db/stores/identity-rows.ts';
import type { Config } from '#server/config.ts';
import type { FirstAdministrator, IdentityProvider } from '#server/identity/identity.ts';
import { openIdentity as openProvider } from '#server/identity/open.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type IdentityDeps = {
  config: Config;
  accounts: IdentityRowStore;
  /** In place of what the configuration says. */
  instead?: IdentityProvider | undefined;
  log: Logger;
};

export type Identity = { identity: IdentityProvider; firstAdministrator: FirstAdministrator | undefined };

export async function openIdentity(deps: IdentityDeps, stack: AsyncDisposableStack): Promise<Identity> {
  const { config, accounts, log } = deps;
  const identity = deps.instead ?? (await openProvider(config, accounts, log));
  stack.defer(() => identity.close?.());
  return { identity, firstAdministrator: await identity.bootstrap?.() };
}
