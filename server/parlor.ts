/** Everything a process of Parlor is made of, wired. `main.ts` starts it from the environment. */
import { mkdir, readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matchMaker } from '@colyseus/core';
import { openDatabase } from '#db/connect.ts';
import { identityRowStore } from '#db/stores/identity-rows.ts';
import { matchStore } from '#db/stores/matches.ts';
import { playerStore } from '#db/stores/players.ts';
import { revocationStore } from '#db/stores/revocations.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { statsStore } from '#db/stores/stats.ts';
import { channel } from '#rooms/chat/chat.ts';
import { enter, refusal } from '#rooms/host/enter.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { LOBBY_ACCESS, lobbyRoom } from '#rooms/lobby/lobby-room.ts';
import { MACHINES, SOURCES } from '#rooms/registry.ts';
import { authorize } from '#server/authz/authorize.ts';
import { type Config, lanAddresses } from '#server/config.ts';
import { createApp, createListener } from '#server/http.ts';
import type { FirstAdministrator } from '#server/identity/embedded/bootstrap.ts';
import { createEmbeddedIdentity } from '#server/identity/embedded/embedded.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { onlyDoor } from '#server/matchmaking/controller.ts';
import { watchUpgrades } from '#server/matchmaking/upgrade.ts';
import { matchesNoun } from '#server/resources/matches.ts';
import { messagesNoun } from '#server/resources/messages.ts';
import { createPasses, monitorNoun } from '#server/resources/monitor.ts';
import { playersNoun } from '#server/resources/players.ts';
import { channelsNoun, gamesNoun, roomsNoun } from '#server/resources/rooms.ts';
import { sessionsNoun } from '#server/resources/sessions.ts';
import { statsNoun } from '#server/resources/stats.ts';
import { openRooms } from '#server/rooms.ts';
import { createLog } from '#server/telemetry/log.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { certificate } from '#server/tls.ts';
import { versionOf } from '#server/version.ts';
import { ensureLobbyTalk, listChannels, openChannels } from '#server/world/channels.ts';
import { createEndings } from '#server/world/endings.ts';
import { keepHouse } from '#server/world/housekeeping.ts';
import { channelOf, openMatches } from '#server/world/matches.ts';
import { createWorld } from '#server/world/tables.ts';
import { createVisits } from '#server/world/visits.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOBBY = 'lobby';

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
  sources?: Readonly<Record<string, string>>;
  /** Rooms to make unless they are there. */
  rooms?: readonly { room: string; machine: AnyMachine }[];
};

/** @throws with a sentence when something that is stored cannot be used, or the port is taken. */
export async function startParlor(config: Config, version: string, extra: Extra = {}): Promise<Parlor> {
  const log = createLog(config.logLevel);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const hasData = (await readdir(config.dataDir)).some((name) => name === 'journal.sqlite' || name === 'pg');
  const { dataDir, key, keyFile } = config;
  const sealing = !config.test.unsealed;
  const keyring = await openKeyring({ dataDir, keyFile, key, hasData, sealing });
  const store = sqliteStore(join(dataDir, 'journal.sqlite'), { synchronous: config.synchronous });
  const database = await openDatabase(config.databaseUrl, {
    onLost: ({ message }) => log.warn({ reason: message }, 'a database connection was lost'),
  });
  const { db } = database;
  const players = playerStore(db, keyring);
  const sessions = sessionStore(db, keyring);
  const revocations = revocationStore(db);
  const stats = statsStore(db);
  const matches = matchStore(db);
  const rows = identityRowStore(db, keyring);

  const identity = await createEmbeddedIdentity({
    rows,
    origin: config.origin,
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
    production: config.production,
    allowInProduction: config.allowEmbeddedIdentity,
    log,
  });
  const firstAdministrator = await identity.bootstrap();

  const machines = [...MACHINES, ...(extra.machines ?? [])];
  const versions = new Map(machines.map(({ name }) => [name, versionOf({ ...SOURCES, ...extra.sources }[name] ?? '')]));
  const tls = config.lan ? await certificate(dataDir, lanAddresses()) : undefined;
  const ready = async () => ({ database: await database.ready(), identity: await identity.ready() });

  const world = createWorld(() => directory);
  const metrics = createMetrics({
    clients: () => matchMaker.stats.local.ccu,
    rooms: () => world.census(),
  });
  const endings = await createEndings({
    sessions,
    revocations,
    playerOf: (sub) => `p${keyring.hash('player', `${identity.trust.issuer}|${sub}`)}`,
    close: (login) => {
      directory.endLogin(login);
      (matchMaker.getLocalRoomById(LOBBY) as { endLogin?(login: string): void } | undefined)?.endLogin?.(login);
    },
  });
  identity.onSessionEnd((end) => endings.providerEnded(end));
  const hash = (purpose: string, value: string) => keyring.hash(purpose, value);
  const verify = createVerifier({ ...identity.trust, hash, revoked: endings.revoked });
  const { authenticate, logins } = createVisits({ verify, players, sessions, revocations, log });
  const passes = createPasses();

  const app = createApp({
    config,
    version,
    log,
    metrics,
    ready,
    identity,
    wake: (room) => directory.wakeSoon(room),
    monitor: { passes, logins },
    clientDirectory: join(ROOT, 'dist/client'),
    api: {
      authenticate,
      authorize,
      audit: (record) => log.info({ audit: record }, 'audit'),
      nouns: [
        playersNoun({ players, stats, online: () => world.online() }),
        sessionsNoun({ sessions, signOut: (login, by) => endings.signOut(login, by, identity.sessions) }),
        statsNoun({ players, stats }),
        messagesNoun({
          post: (name, post) => channels.post(name, post),
          read: (name, reader) => channels.read(name, reader),
        }),
        matchesNoun({
          matches,
          running: () => world.running(),
          open: (order) => open(order),
          names: (ids) => players.names(ids),
        }),
        roomsNoun(() => world.listings()),
        channelsNoun(() => listChannels(directory)),
        gamesNoun(gameListings(machines)),
        monitorNoun(passes, config.lan || config.origin.startsWith('https:')),
      ],
    },
  });
  const server = createListener(app, tls);
  const { directory, colyseus } = openRooms({
    config,
    server,
    sockets: watchUpgrades(server, config.trustedProxies),
    log,
    store,
    seal: keyring.journalSeal(),
    authenticate,
    authorize,
    logins,
    outcomes: matches,
    version: ({ name }) => versions.get(name) ?? '',
    meter: metrics.meter,
    machines,
    plain: new Set([LOBBY]),
    changed: (room) => world.changed(room),
    ended: (room) => void directory.end(channelOf(room), false),
  });
  const channels = openChannels(directory, authorize);
  const open = openMatches(
    directory,
    machines.filter(({ keeps }) => keeps === 'log'),
  );

  colyseus.define(
    LOBBY,
    lobbyRoom({ tables: world, now: Date.now, enter: (token, headers) => enterLobby(token, headers) }),
  );
  async function enterLobby(token: string | undefined, headers?: Headers) {
    const user = await enter(authenticate, token, headers);
    if (!authorize({ user, ...LOBBY_ACCESS }).allowed) throw refusal('forbidden');
    return user;
  }

  await colyseus.listen(config.port, config.host, undefined, () => onlyDoor(server, app));
  await matchMaker.handleCreateRoom(LOBBY, {}, undefined, LOBBY);
  await directory.start();
  await ensureLobbyTalk(directory);
  for (const { room, machine } of extra.rooms ?? []) await directory.create(machine, room, {});
  const stopHousekeeping = keepHouse({ sessions, revocations, rows, log });

  return {
    port: (server.address() as AddressInfo).port,
    fingerprint: tls?.fingerprint,
    firstAdministrator,
    async close() {
      stopHousekeeping();
      await directory.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await store.close();
      await database.close();
    },
  };
}

function gameListings(machines: readonly AnyMachine[]) {
  return machines
    .filter(({ name }) => name !== channel.name)
    .map(({ name, seats, rate }) => ({ name, seats: { min: 2, max: seats.max }, realtime: rate !== undefined }));
}
