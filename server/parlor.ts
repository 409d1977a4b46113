/** Everything a process of Parlor is made of, wired. `main.ts` starts it from the environment. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matchMaker } from '@colyseus/core';
import { banStore } from '#db/stores/bans.ts';
import { idempotencyStore } from '#db/stores/idempotency-keys.ts';
import { identityRowStore } from '#db/stores/identity-rows.ts';
import { matchStore } from '#db/stores/matches.ts';
import { playerStore } from '#db/stores/players.ts';
import { revocationStore } from '#db/stores/revocations.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { statsStore } from '#db/stores/stats.ts';
import { HostClock } from '#rooms/host/host-clock.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore, Steps } from '#rooms/ports.ts';
import { MACHINES } from '#rooms/registry.ts';
import { isPassing } from '#schema/refusals.ts';
import { authorize } from '#server/authz/authorize.ts';
import { makeBackup } from '#server/backup/backup.ts';
import { openControl } from '#server/backup/control.ts';
import { alone, type Cluster } from '#server/cluster/alone.ts';
import { sealOf } from '#server/cluster/registry-seal.ts';
import { type Config, lanAddresses } from '#server/config.ts';
import { holdConnections } from '#server/http/connections.ts';
import { createApp, createListener } from '#server/http.ts';
import type { FirstAdministrator, IdentityProvider } from '#server/identity/identity.ts';
import { openIdentity } from '#server/identity/open.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { createLimiter } from '#server/limits/limiter.ts';
import { closeLobby, defineLobby, openLobby, PLAIN, signOutOfLobby } from '#server/lobby.ts';
import { joinHere, onlyDoor } from '#server/matchmaking/controller.ts';
import { watchUpgrades } from '#server/matchmaking/upgrade.ts';
import { nounsOf } from '#server/nouns.ts';
import { createPasses, inspect } from '#server/resources/monitor.ts';
import { openRooms } from '#server/rooms.ts';
import { lookAhead } from '#server/shadow.ts';
import { inspectOrigin } from '#server/start/inspect-origin.ts';
import { listen } from '#server/start/listen.ts';
import { openStorage } from '#server/storage.ts';
import { createLog, type Logger } from '#server/telemetry/log.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { certificate } from '#server/tls.ts';
import { versionsOf } from '#server/version.ts';
import type { HostCalls, RoomCalls } from '#server/world/ask.ts';
import { createBans } from '#server/world/bans.ts';
import { askMatch, channelCalls, endTalkOf, openPermanent, PERMANENT } from '#server/world/channels.ts';
import { createEndings } from '#server/world/endings.ts';
import { guestsOn } from '#server/world/guests.ts';
import { keepHouse } from '#server/world/housekeeping.ts';
import { channelOf, matchCalls } from '#server/world/matches.ts';
import { openPeople } from '#server/world/people.ts';
import { openAside } from '#server/world/set-aside.ts';
import { createWorld } from '#server/world/tables.ts';
import { createVisits } from '#server/world/visits.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** For sockets that were told to close, and requests in flight, when Parlor stops. */
const GRACE_MS = 2_000;

export type Parlor = {
  /** The port it listens on. */
  port: number;
  /** Fingerprint of the certificate we made, on the local network. */
  fingerprint: string | undefined;
  /** On the very first start only: to be shown once, and kept nowhere. */
  firstAdministrator: FirstAdministrator | undefined;
  /** Makes everything durable, lets clients dial again, and stops. */
  close(): Promise<void>;
};

export type Extra = {
  machines?: readonly AnyMachine[];
  /** Rooms to make unless they are there. */
  rooms?: readonly { room: string; machine: AnyMachine }[];
  /** Where people come from, in place of what the configuration says. */
  identity?: IdentityProvider;
  /** The journal, with something in between. */
  store?(store: JournalStore): JournalStore;
  /** In place of lines on stdout. */
  log?: Logger;
  /** In place of `PARLOR_TEST_KILL`. */
  steps?: Steps;
  /** A room that nobody is in is unloaded after this long. */
  idleMs?: number;
  /** Types of requests that rooms answer beside the product's own. */
  requests?: readonly string[];
};

/** @throws with a sentence when something that is stored cannot be used, or the port is taken. */
export async function startParlor(config: Config, version: string, extra: Extra = {}): Promise<Parlor> {
  const log = extra.log ?? createLog(config.logLevel);
  inspectOrigin(config, log);
  if (config.cluster?.role === 'edge') {
    const { startEdgeRole } = await import('#server/cluster/edge-role.ts');
    const edge = await startEdgeRole(config, config.cluster, PLAIN, log);
    return { ...edge, fingerprint: undefined, firstAdministrator: undefined };
  }
  // What is opened is closed in reverse order: when Parlor stops, and when this start fails half-way.
  await using opened = new AsyncDisposableStack();
  const { keyring, database, copyJournal, trouble, findings, ...storage } = await openStorage(config, log, opened);
  const store = extra.store?.(storage.store) ?? storage.store;
  const { db } = database;
  const players = playerStore(db, keyring);
  const sessions = sessionStore(db, keyring);
  const revocations = revocationStore(db);
  const stats = statsStore(db);
  const matches = matchStore(db);
  const rows = identityRowStore(db, keyring);
  const bans = banStore(db);
  const keys = idempotencyStore(db);

  const identity = extra.identity ?? (await openIdentity(config, rows, log));
  opened.defer(() => identity.close?.());
  const firstAdministrator = await identity.bootstrap?.();

  const machines = [...MACHINES, ...(extra.machines ?? [])];
  const { code, version: versionOf } = versionsOf(machines);
  const tls = config.lan ? await certificate(config.dataDir, lanAddresses()) : undefined;
  const ready = async () => ({
    database: await database.ready(),
    identity: await identity.ready(),
    ...trouble(),
  });

  const parts = { directory: () => directory, calls: () => calls };
  const cluster: Cluster = config.cluster
    ? await (await import('#server/cluster/cluster.ts')).joinCluster({
        ...parts,
        config: { ...config.cluster, host: config.host },
        key: keyring.derive('peers'),
        seal: await sealOf(config),
        store,
        plain: PLAIN,
        code,
        log,
      })
    : alone(parts);
  opened.defer(() => cluster.stop());
  const { ask } = cluster;
  const clock = new HostClock({ wall: cluster.now });
  const world = createWorld(() => directory, cluster.board);
  const metrics = createMetrics({
    clients: () => matchMaker.stats.local.ccu,
    rooms: () => world.census(),
    ...cluster.census,
    ...(findings && { findings }),
  });
  const endings = await createEndings({
    sessions,
    revocations,
    bans: createBans(bans, clock.now),
    playerOf: (sub) => `p${keyring.hash('player', `${identity.trust.issuer}|${sub}`)}`,
    news: cluster.news,
  });
  opened.defer(() => endings.stop());
  identity.onSessionEnd((end) => endings.providerEnded(end));
  const hash = (purpose: string, value: string) => keyring.hash(purpose, value);
  const verify = createVerifier({ ...identity.trust, hash, ...endings });
  const { authenticate, logins } = createVisits({ verify, players, sessions, revocations, known: endings.known, log });
  const people = openPeople({ players, bans, identity, endings, now: clock.now });
  const passes = createPasses(clock.now);
  const { matchesPerPlayer: most } = config.limits;

  const app = createApp({
    config,
    version,
    log,
    metrics,
    ready,
    identity,
    join: (order) => ask.owner('join', order),
    verify,
    peers: cluster.peers,
    limiter: cluster.limiter,
    monitor: { passes, logins, inspect },
    clientDirectory: join(ROOT, 'dist/client'),
    api: {
      authenticate,
      authorize,
      now: clock.now,
      audit: (record) => log.info({ audit: record }, 'audit'),
      nouns: nounsOf({
        players,
        sessions,
        stats,
        matches,
        bans,
        keys,
        people,
        endings,
        identity,
        world,
        ask,
        machines,
        authorize,
        passes,
        opening: { most, perMinute: cluster.limiter?.('matches', most, 60) ?? createLimiter(most, 60) },
        hash,
        secure: config.lan || config.origin.startsWith('https:'),
        aside: openAside({
          store,
          seal: keyring.journalSeal(),
          machines,
          wake: async (room) => (await ask.owner('wake', { room }))?.refused,
        }),
      }),
    },
  });
  const server = createListener(app, config.keepAliveMs, tls);
  const connections = holdConnections(server);
  const outsideMatch = askMatch(() => ask);
  const { directory, colyseus } = openRooms({
    clock,
    outsideMatch,
    seatGivenUp: endTalkOf(() => ask, log),
    config,
    server,
    sockets: watchUpgrades(server, config.trustedProxies, log),
    refused: metrics.refused,
    log,
    store,
    seal: keyring.journalSeal(),
    authenticate,
    authorize,
    logins,
    outcomes: matches,
    version: versionOf,
    meter: metrics.meter,
    machines,
    plain: PLAIN,
    permanent: PERMANENT,
    changed: (room) => world.changed(room),
    ending: async (room) => {
      const kept = await ask.owner('end', { room: channelOf(room) });
      if (kept && isPassing(kept.refused)) throw new Error(`the talk beside it cannot be ended now: ${kept.refused}`);
    },
    ...(extra.steps && { steps: extra.steps }),
    ...(extra.idleMs !== undefined && { idleMs: extra.idleMs }),
    ...(extra.requests && { requests: extra.requests }),
    ...cluster.rooms,
  });
  endings.onEnd((ended) => {
    directory.signOut(ended);
    signOutOfLobby(ended);
  });
  const games = machines.filter(({ keeps }) => keeps === 'log');
  const calls: RoomCalls & HostCalls = {
    join: joinHere((room) => directory.wakeSoon(room)),
    ...channelCalls(directory, outsideMatch),
    end: ({ room, keep = false }) => directory.end(room, keep),
    wake: async ({ room }) => {
      const refused = await directory.wakeSoon(room);
      return refused ? { refused } : null;
    },
    ...matchCalls({ directory, games, ask, shown: () => world.shown() }),
  };

  const others = guestsOn(cluster.board, keyring);
  defineLobby(colyseus, { tables: world, others, authenticate, authorize });

  if (cluster.hosts) {
    const seal = keyring.journalSeal();
    const found = await lookAhead({ store, seal, machines, version: versionOf, log });
    metrics.shadowed(found);
    for (const { room } of found.diverging) cluster.leave(room);
  }
  opened.defer(() => connections.close(GRACE_MS));
  const port = await listen(colyseus, server, config, () => onlyDoor(server, app));
  await cluster.start(port);
  if (cluster.hosts) await openLobby();
  // Rooms first: from then on nobody is let into the lobby either, and its clients dial elsewhere.
  opened.defer(closeLobby);
  opened.defer(() => cluster.handOver());
  await directory.start();
  if (cluster.hosts) await openPermanent(directory);
  for (const { room, machine } of extra.rooms ?? []) await directory.create(machine, room, {});
  opened.defer(keepHouse({ sessions, revocations, rows, bans, keys, log }));

  if (copyJournal) {
    const sources = { dataDir: config.dataDir, version, journal: copyJournal, database: database.copyTo };
    opened.defer(
      await openControl(config.dataDir, {
        here: async () => 'A server runs here.',
        backup: ({ to = '' }) => makeBackup(sources, to),
      }),
    );
  }

  const running = opened.move();
  return {
    port,
    fingerprint: tls?.fingerprint,
    firstAdministrator,
    close: () => running.disposeAsync(),
  };
}
