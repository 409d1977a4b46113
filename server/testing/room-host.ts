/**
 * Rooms on a free port with a test issuer, and nothing else of Parlor: for tests, the kill harness and the
 * benchmark. Clients join over real sockets by the library's own routes.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Directory } from '#rooms/host/directory.ts';
import { HostClock } from '#rooms/host/host-clock.ts';
import { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { DirectoryOptions } from '#rooms/host/room-ports.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Authenticate, JournalStore, MatchOutcome, Seal, Steps } from '#rooms/ports.ts';
import { joinHere, matchmaking, ownRoutesOnly } from '#server/admission/controller.ts';
import { watchUpgrades } from '#server/admission/upgrade.ts';
import { openColyseus } from '#server/compose/colyseus.ts';
import { openRooms } from '#server/compose/rooms.ts';
import { parseConfig } from '#server/config.ts';
import { createLimiter } from '#server/limits/limiter.ts';
import { authorize } from '#server/resources/all.ts';
import { createLog, type Logger } from '#server/telemetry/log.ts';
import { createMetrics, type Metrics } from '#server/telemetry/metrics.ts';

export type RoomHostOptions = {
  machines: readonly AnyMachine[];
  store: JournalStore;
  seal: Seal;
  authenticate: Authenticate;
  port?: number;
  /** As PARLOR_* variables. */
  env?: Record<string, string>;
  outcomes?: DirectoryOptions['outcomes'];
  liveness?: DirectoryOptions['liveness'];
  version?: DirectoryOptions['version'];
  log?: Logger;
  permanent?: DirectoryOptions['permanent'];
  questions?: DirectoryOptions['questions'];
  idleMs?: number;
  steps?: Steps;
};

export type RoomHost = {
  endpoint: string;
  directory: Directory;
  rooms: HostedRooms;
  metrics: Metrics;
  /** What was handed on, in order, when no `outcomes` were given. */
  delivered: MatchOutcome[];
  close(): Promise<void>;
};

export async function startRoomHost(options: RoomHostOptions): Promise<RoomHost> {
  const { machines, store, seal, authenticate, port = 0, idleMs, steps } = options;
  const config = parseConfig({
    NODE_ENV: 'test',
    PARLOR_ORIGIN: 'http://localhost',
    PARLOR_MESSAGES_PER_SECOND: '1000',
    PARLOR_CONNECTIONS_PER_ADDRESS: '100000',
    PARLOR_JOINS_PER_MINUTE: '1000000',
    ...options.env,
  });
  const log = options.log ?? createLog('silent');
  const metrics = createMetrics({ clients: () => 0, rooms: () => new Map() });
  const delivered: MatchOutcome[] = [];
  const app = express();
  const server = createServer(app);
  const stack = new AsyncDisposableStack();
  const rooms = new HostedRooms();
  const directory = openRooms(
    {
      config,
      rooms,
      clock: new HostClock({ wall: Date.now }),
      log,
      store,
      seal,
      authenticate,
      authorize,
      liveness: options.liveness ?? { look: async () => 'live' },
      outcomes: options.outcomes ?? { deliver: async (outcome) => void delivered.push(outcome) },
      version: options.version ?? (() => 'test'),
      meter: metrics.meter,
      machines,
      idleMs,
      steps,
      ...(options.permanent && { permanent: options.permanent }),
      ...(options.questions && { questions: options.questions }),
    },
    stack,
  );
  const sockets = watchUpgrades(server, 0);
  const colyseus = openColyseus({ config, server, sockets, directory, seal, refused: metrics.refused, log }, stack);
  const perAddress = createLimiter(config.limits.joinsPerMinute, 60);
  const join = joinHere((room) => directory.wakeSoon(room));
  app.use(matchmaking({ join, verify: authenticate, perAddress, trustedProxies: 0, metrics, log }));
  await colyseus.listen(port, '127.0.0.1', undefined, () => ownRoutesOnly(server, app));
  await directory.start();
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    directory,
    rooms,
    metrics,
    delivered,
    async close() {
      await directory.close();
      await colyseus.gracefullyShutdown(false);
      server.closeAllConnections();
      await stack.disposeAsync();
    },
  };
}
