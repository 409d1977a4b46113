/** The REST resources, of the stores and of what is asked about rooms. */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore } from '#rooms/ports.ts';
import type { Cluster } from '#server/cluster/single-node.ts';
import type { OpenPeople } from '#server/compose/people.ts';
import type { Rows } from '#server/compose/rows.ts';
import type { Config } from '#server/config.ts';
import type { HttpParts } from '#server/http.ts';
import type { IdentityProvider } from '#server/identity/identity.ts';
import type { Keyring } from '#server/keys/keyring.ts';
import { createLimiter } from '#server/limits/limiter.ts';
import { openOnce } from '#server/matchmaking/idempotent.ts';
import { closeMatch, openMatches } from '#server/matchmaking/matches.ts';
import { authorize, resourcesOf } from '#server/resources/all.ts';
import { gameOf, gamesAmong } from '#server/resources/games.ts';
import type { MatchesPorts } from '#server/resources/matches.ts';
import { inspect } from '#server/resources/monitor.ts';
import { createPasses } from '#server/resources/monitor-passes.ts';
import type { Ask } from '#server/rooms/calls.ts';
import { openChannels } from '#server/rooms/channels.ts';
import { openQuarantine } from '#server/rooms/quarantine.ts';
import type { QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import { storedChannels } from '#server/rooms/stored-channels.ts';
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
  const { config, store, keyring, rows, people, world, ask, machines, now, log } = deps;
  const passes = createPasses(now);
  const quarantine = openQuarantine({
    store,
    seal: keyring.journalSeal(),
    machines,
    wake: async (room) => (await ask.owner('wake', { room }))?.refused,
  });
  const resources = resourcesOf({
    ...rows,
    people: people.people,
    names: (ids) => rows.players.names(ids),
    online: () => world.online(),
    signOut: (session, by) => people.revoked.signOut(session, by, deps.identity.sessions),
    talk: openChannels(ask, authorize),
    play: playOf(deps, quarantine),
    listings: () => world.listings(),
    listing: (room) => world.room(room),
    quarantine,
    channels: storedChannels({ rows: rows.channels, ask, quarantine, shown: () => world.shown(), now }),
    games: gamesAmong(machines).map(gameOf),
    passes,
    secure: config.lan || config.origin.startsWith('https:'),
  });
  const audit: HttpParts['api']['audit'] = (record) => log.info({ audit: record }, 'audit');
  return {
    api: { authenticate: people.authenticate, authorize, audit, resources, now },
    monitor: { passes, liveness: people.liveness, inspect },
  };
}

function playOf({ config, rows, people, cluster, world, ask, machines }: ApiDeps, quarantine: QuarantinePorts) {
  const games = gamesAmong(machines);
  const isGame = ({ machine }: { machine: string }) => games.some(({ name }) => name === machine);
  const { matchesPerPlayer: most } = config.limits;
  const match = (room: string) => ask.owner('match', { room });
  const caps = {
    most,
    perMinute: cluster.limiter?.('matches', most, 60) ?? createLimiter(most, 60),
    shown: () => world.shown(),
  };
  return {
    matches: rows.matches,
    running: () => world.running(),
    find: (room) => match(room).then((found) => ('refused' in found ? undefined : found)),
    open: openOnce({ open: openMatches(ask, games, caps), find: match, keys: rows.keys, hash: people.hash }),
    quarantined: async (room) => {
      const found = await quarantine.quarantinedRoom(room);
      return found !== undefined && isGame(found);
    },
    close: (room) => closeMatch(ask, quarantine, room),
    names: (ids) => rows.players.names(ids),
  } satisfies MatchesPorts;
}
