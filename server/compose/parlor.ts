/** Opens everything that a process of Parlor is made of, each piece from those before it. Closing is the reverse. */
import { HostClock } from '#rooms/host/host-clock.ts';
import { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import { MACHINES } from '#rooms/registry.ts';
import { leaveDiverging } from '#server/compose/ahead.ts';
import { apiOf } from '#server/compose/api.ts';
import { openCalls, roomQuestions } from '#server/compose/calls.ts';
import { openCluster } from '#server/compose/cluster.ts';
import { openColyseus } from '#server/compose/colyseus.ts';
import { openControl } from '#server/compose/control.ts';
import type { Opened, ParlorDeps } from '#server/compose/deps.ts';
import { openHousekeeping } from '#server/compose/housekeeping.ts';
import { openHttp } from '#server/compose/http.ts';
import { openIdentity } from '#server/compose/identity.ts';
import { openMetrics } from '#server/compose/metrics.ts';
import { openPeople } from '#server/compose/people.ts';
import { openRooms } from '#server/compose/rooms.ts';
import { rowsOf } from '#server/compose/rows.ts';
import { openServing } from '#server/compose/serving.ts';
import { openStorage } from '#server/compose/storage.ts';
import { guestsOn } from '#server/people/guests.ts';
import { authorize } from '#server/resources/all.ts';
import { gamesAmong } from '#server/resources/games.ts';
import { PERMANENT } from '#server/rooms/channels.ts';
import { defineLobby, PLAIN, signOutOfLobby } from '#server/rooms/lobby.ts';
import { versionsOf } from '#server/version.ts';

/** @throws with a sentence when something that is stored cannot be used, or the port is taken. */
export async function openParlor(deps: ParlorDeps, stack: AsyncDisposableStack): Promise<Opened> {
  const { config, version, log, extra = {} } = deps;
  const machines = [...MACHINES, ...(extra.machines ?? [])];
  const games = gamesAmong(machines);
  const { code, version: versionOf } = versionsOf(machines);

  const storage = await openStorage({ config, log }, stack);
  const { keyring, database } = storage;
  const store = extra.store?.(storage.store) ?? storage.store;
  const seal = keyring.journalSeal();
  const rows = rowsOf(database.db, keyring);
  const { accounts } = rows;
  const { identity, firstAdministrator } = await openIdentity(
    { config, accounts, instead: extra.identity, log },
    stack,
  );

  const rooms = new HostedRooms();
  const cluster = await openCluster({ config, keyring, store, rooms, code, log }, stack);
  const { asking, revocationBus, gossip } = cluster;
  const clock = new HostClock({ wall: cluster.now });
  const { now } = clock;
  const { world, metrics } = openMetrics({ rooms, cluster, storage });
  const people = await openPeople({ rows, identity, keyring, revocationBus, now, log }, stack);
  const { authenticate, liveness, revoked, verify } = people;

  const { steps, idleMs, requests } = extra;
  const { colyseus: shared, ...placed } = cluster.rooms;
  const kept = {
    store,
    seal,
    machines,
    version: versionOf,
    outcomes: rows.matches,
    permanent: PERMANENT,
    plain: PLAIN,
  };
  const hosting = { config, rooms, clock, authenticate, authorize, liveness, meter: metrics.meter, steps, idleMs, log };
  const directory = openRooms({ ...kept, ...hosting, ...placed, questions: roomQuestions(asking, log) }, stack);
  const { calls, ask } = openCalls({ directory, asking, games, world });

  const ready = async () => ({
    database: await database.ready(),
    identity: await identity.ready(),
    ...storage.trouble(),
  });
  const api = apiOf({ config, store, keyring, rows, identity, people, cluster, world, ask, machines, now, log });
  const { limiter, answers } = cluster;
  const chain = { ...api, version, metrics, ready, identity, verify, limiter, peers: answers?.(directory, calls) };
  const http = await openHttp({ config, log, ...chain, join: (order) => ask.owner('join', order) }, stack);
  const { refused } = metrics;
  const colyseus = openColyseus({ config, ...http, directory, seal, refused, requests, shared, log }, stack);
  defineLobby(colyseus, { tables: world, others: guestsOn(gossip, keyring), authenticate, authorize });
  revoked.onEnd((ended) => {
    directory.signOut(ended);
    signOutOfLobby(ended);
  });

  await leaveDiverging({ store, seal, machines, version: versionOf, cluster, metrics, log });
  const open = { config, ...http, colyseus, directory, cluster, channels: rows.channels, rooms: extra.rooms ?? [] };
  const port = await openServing(open, stack);
  openHousekeeping({ ...rows, log }, stack);
  await openControl({ config, version, storage }, stack);
  return { port, fingerprint: http.fingerprint, firstAdministrator };
}
