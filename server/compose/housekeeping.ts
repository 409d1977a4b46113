/** Opens what tidies the database now and then. */
import type { BanStore } from '#db/stores/bans.ts';
import type { IdempotencyStore } from '#db/stores/idempotency-keys.ts';
import type { IdentityRowStore } from '#db/stores/identity-rows.ts';
import type { RevocationStore } from '#db/stores/revocations.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import type { Log } from '#rooms/ports.ts';

const EVERY_MS = 60_000;
/** A session not seen for this long is shown as over; it comes back to life when it is seen. */
const LAPSE_MS = 15 * 60_000;
/** No token of a session lives this long, nor does a seat that is held for one. */
const REVOKED_MS = 30 * 24 * 3_600_000;

/** An Idempotency-Key is good for a day. */
const KEYS_MS = 24 * 3_600_000;

export type HousekeepingDeps = {
  sessions: Pick<SessionStore, 'lapse'>;
  revocations: Pick<RevocationStore, 'forget'>;
  accounts: Pick<IdentityRowStore, 'sweep'>;
  bans: Pick<BanStore, 'forget'>;
  keys: Pick<IdempotencyStore, 'forget'>;
  log: Log;
};

export function openHousekeeping(deps: HousekeepingDeps, stack: AsyncDisposableStack): void {
  const { sessions, revocations, accounts, bans, keys, log } = deps;
  const tidy = () =>
    Promise.all([
      sessions.lapse(Date.now() - LAPSE_MS),
      revocations.forget(Date.now() - REVOKED_MS),
      accounts.sweep(),
      bans.forget(Date.now()),
      keys.forget(Date.now() - KEYS_MS),
    ]).catch((error: Error) => log.warn({ reason: error.name }, 'housekeeping failed; retrying'));
  const timer = setInterval(() => inBackground(log, 'housekeeping', tidy()), EVERY_MS);
  stack.defer(() => clearInterval(timer));
}
