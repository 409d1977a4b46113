/** Opens what knows people: whose token it is, which liveness have ended, and what an administrator may do about them. */

import type { RevocationBus } from '#server/cluster/ports.ts';
import type { Rows } from '#server/compose/rows.ts';
import type { IdentityProvider } from '#server/identity/identity.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import type { Keyring } from '#server/keys/keyring.ts';
import { createBans } from '#server/people/bans.ts';
import { openPeople as peopleOf } from '#server/people/people.ts';
import { createRevocations } from '#server/people/revocations.ts';
import { createSignIns } from '#server/people/sign-ins.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type PeopleDeps = {
  rows: Pick<Rows, 'players' | 'sessions' | 'revocations' | 'bans'>;
  identity: IdentityProvider;
  keyring: Keyring;
  revocationBus: RevocationBus;
  /** Wall ms. */
  now(): number;
  log: Logger;
};

export type OpenPeople = Awaited<ReturnType<typeof openPeople>>;

export async function openPeople(deps: PeopleDeps, stack: AsyncDisposableStack) {
  const { rows, identity, keyring, revocationBus, now, log } = deps;
  const { players, sessions, revocations, bans } = rows;
  const hash = (purpose: string, value: string) => keyring.hash(purpose, value);
  const revoked = await createRevocations({
    sessions,
    revocations,
    bans: createBans(bans, now),
    playerOf: (sub) => `p${hash('player', `${identity.trust.issuer}|${sub}`)}`,
    revocationBus,
  });
  stack.defer(() => revoked.stop());
  identity.onSessionEnd((end) => revoked.providerEnded(end));
  const verify = createVerifier({ ...identity.trust, hash, ...revoked });
  const { authenticate, liveness } = createSignIns({
    verify,
    players,
    sessions,
    revocations,
    known: revoked.known,
    log,
  });
  const people = peopleOf({ players, bans, identity, revoked, now });
  return { people, revoked, verify, authenticate, liveness, hash };
}
