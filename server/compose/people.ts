/** Opens what knows people: whose token it is, which logins have ended, and what an administrator may do about them. */
import type { Rows } from '#server/compose/rows.ts';
import type { IdentityProvider } from '#server/identity/identity.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import type { Keyring } from '#server/keys/keyring.ts';
import type { Logger } from '#server/telemetry/log.ts';
import { createBans } from '#server/world/bans.ts';
import { createEndings } from '#server/world/endings.ts';
import type { News } from '#server/world/news.ts';
import { openPeople as peopleOf } from '#server/world/people.ts';
import { createVisits } from '#server/world/visits.ts';

export type PeopleDeps = {
  rows: Pick<Rows, 'players' | 'sessions' | 'revocations' | 'bans'>;
  identity: IdentityProvider;
  keyring: Keyring;
  news: News;
  /** Wall ms. */
  now(): number;
  log: Logger;
};

export type OpenPeople = Awaited<ReturnType<typeof openPeople>>;

export async function openPeople(deps: PeopleDeps, stack: AsyncDisposableStack) {
  const { rows, identity, keyring, news, now, log } = deps;
  const { players, sessions, revocations, bans } = rows;
  const hash = (purpose: string, value: string) => keyring.hash(purpose, value);
  const endings = await createEndings({
    sessions,
    revocations,
    bans: createBans(bans, now),
    playerOf: (sub) => `p${hash('player', `${identity.trust.issuer}|${sub}`)}`,
    news,
  });
  stack.defer(() => endings.stop());
  identity.onSessionEnd((end) => endings.providerEnded(end));
  const verify = createVerifier({ ...identity.trust, hash, ...endings });
  const { authenticate, logins } = createVisits({ verify, players, sessions, revocations, known: endings.known, log });
  const people = peopleOf({ players, bans, identity, endings, now });
  return { people, endings, verify, authenticate, logins, hash };
}
