/** The REST resources, of the stores and of what is asked about rooms. */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { authorize } from '#server/authz/authorize.ts';
import type { Cluster } from '#server/cluster/single-node.ts';
import type { OpenPeople } from '#server/compose/people.ts';
import type { Rows } from '#server/compose/rows.ts';
import type { Config } from '#server/config.ts';
import type { HttpParts } from '#server/http.ts';
import type { IdentityProvider } from '#server/identity/identity.ts';
import type { Keyring } from '#server/keys/keyring.ts';
import { createLimiter } from '#server/limits/limiter.ts';
import { resourcesOf } from '#server/resources/all.ts';
import { createPasses, inspect } from '#server/resources/monitor.ts';
import type { Ask } from '#server/rooms/calls.ts';
import { openQuarantine } from '#server/rooms/quarantine.ts';
import type { World } from '#server/rooms/tables.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type ApiDeps = {
  config: Config;
  store: JournalStore;
  keyring: Keyring;
  rows: Rows;
  identity: IdentityProvider;
  people: OpenPeople;
  cluster: Pick<Cluster, 'limiter'>;
  world: World;
  ask: Ask;
  machines: readonly AnyMachine[];
  /** Wall ms. */
  now(): number;
  log: Logger;
};

export function apiOf(deps: ApiDeps): Pick<HttpParts, 'api' | 'monitor'> {
  const { config, store, keyring, rows, people, cluster, ask, machines, now, log, ...given } = deps;
  const { authenticate, liveness, ...accounts } = people;
  const passes = createPasses(now);
  const { matchesPerPlayer: most } = config.limits;
  const resources = resourcesOf({
    ...rows,
    ...accounts,
    ...given,
    ask,
    machines,
    authorize,
    passes,
    opening: { most, perMinute: cluster.limiter?.('matches', most, 60) ?? createLimiter(most, 60) },
    secure: config.lan || config.origin.startsWith('https:'),
    quarantined: openQuarantine({
      store,
      seal: keyring.journalSeal(),
      machines,
      wake: async (room) => (await ask.owner('wake', { room }))?.refused,
    }),
  });
  const audit: HttpParts['api']['audit'] = (record) => log.info({ audit: record }, 'audit');
  return { api: { authenticate, authorize, audit, resources, now }, monitor: { passes, liveness, inspect } };
}
