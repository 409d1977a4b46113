/** What has to be tidied now and then. */
import type { IdentityRowStore } from '#db/stores/identity-rows.ts';
import type { RevocationStore } from '#db/stores/revocations.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import type { Log } from '#rooms/ports.ts';

const EVERY_MS = 60_000;
/** A login not seen for this long is shown as over; it comes back to life when it is seen. */
const LAPSE_MS = 15 * 60_000;
/** No token of a login lives this long, nor does a seat that is held for one. */
const REVOKED_MS = 30 * 24 * 3_600_000;

export type HousekeepingPorts = {
  sessions: Pick<SessionStore, 'lapse'>;
  revocations: Pick<RevocationStore, 'forget'>;
  rows: Pick<IdentityRowStore, 'sweep'>;
  log: Log;
};

/** Answers how to stop. */
export function keepHouse({ sessions, revocations, rows, log }: HousekeepingPorts): () => void {
  const tidy = () =>
    Promise.all([
      sessions.lapse(Date.now() - LAPSE_MS),
      revocations.forget(Date.now() - REVOKED_MS),
      rows.sweep(),
    ]).catch((error: Error) => log.warn({ reason: error.name }, 'tidying up has to wait'));
  const timer = setInterval(() => inBackground(log, 'housekeeping', tidy()), EVERY_MS);
  return () => clearInterval(timer);
}
