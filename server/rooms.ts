/** The part of a process that hosts rooms: Colyseus on our listener, the journal, and the directory. */
import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { type MatchMakerDriver, type Presence, Server } from '@colyseus/core';
import { Encoder } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { Directory } from '#rooms/host/directory.ts';
import type { HostClock } from '#rooms/host/host-clock.ts';
import { wasIssued } from '#rooms/host/reconnection.ts';
import type { DirectoryOptions } from '#rooms/host/room-ports.ts';
import { Ticker } from '#rooms/host/ticker.ts';
import type { Steps } from '#rooms/ports.ts';
import type { Config } from '#server/config.ts';
import { gatedSockets } from '#server/limits/sockets.ts';
import { startSweep } from '#server/limits/sweep.ts';
import { narrowController } from '#server/matchmaking/controller.ts';
import { checkOrigin, checkPath, checkSockets, refuseUpgrade, type Sockets } from '#server/matchmaking/upgrade.ts';
import { colyseusLogger, type Logger } from '#server/telemetry/log.ts';

/** A room nobody is in is unloaded after this long; it wakes when somebody comes. */
const IDLE_MS = 30_000;
/** Most rooms are small; a larger state grows its own buffer. */
const ENCODER_BYTES = 8 * 1024;

export type RoomsOptions = Omit<
  DirectoryOptions,
  'owner' | 'now' | 'wall' | 'activeTime' | 'ticker' | 'steps' | 'limits' | 'log'
> & {
  config: Pick<Config, 'allowedOrigins' | 'limits' | 'test'>;
  server: HttpServer;
  sockets: Sockets;
  /** Counts what is refused before a room hears of it. */
  refused(reason: string): void;
  /** Types of requests that rooms answer beside the product's own. */
  requests?: readonly string[];
  log: Logger;
  /** Minted, unless said otherwise. */
  owner?: string;
  clock: HostClock;
  /** What Colyseus shares with other processes. */
  colyseus?: { driver: MatchMakerDriver; presence: Presence };
  idleMs?: number;
  /** In place of `PARLOR_TEST_KILL`. */
  steps?: Steps;
};

export type Rooms = { directory: Directory; colyseus: Server };

/** Nothing is served yet: define further rooms, then `listen`. */
export function openRooms(options: RoomsOptions): Rooms {
  const { config, server, sockets, log, clock } = options;
  const { limits, allowedOrigins } = config;
  Encoder.BUFFER_SIZE = ENCODER_BYTES;
  const trail = log.isLevelEnabled('debug') ? log.debug.bind(log) : undefined;
  server.once('close', clock.start());
  const directory = new Directory({
    ...options,
    trail,
    owner: options.owner ?? randomUUID(),
    now: clock.now,
    wall: clock.wall,
    activeTime: clock.activeTime,
    ticker: new Ticker((ms) => options.meter.late(ms)),
    steps: options.steps ?? dyingAt(config.test.kill),
    limits: { ...limits, idleMs: options.idleMs ?? IDLE_MS },
  });
  const admit = admission(directory, options.seal.derive('reconnection'), trail !== undefined);
  const gated = gatedSockets({ maxPayload: limits.maxPayload, refused: options.refused, requests: options.requests });
  const transport = new WebSocketTransport({
    server,
    maxPayload: limits.maxPayload,
    WebSocket: gated.WebSocket,
    beforeUpgrade: async (request, { headers, ip }) =>
      checkSockets(String(ip ?? ''), sockets, limits.connectionsPerAddress, options.refused) ??
      checkOrigin(headers, allowedOrigins) ??
      checkPath(request) ??
      (await admit(request)),
  });
  const stopSweep = startSweep({
    sockets: gated.open,
    maxBuffered: limits.maxBuffered,
    cut: options.refused,
  });
  server.once('close', stopSweep);
  const logger = colyseusLogger(log);
  const colyseus = new Server({ transport, logger, greet: false, gracefullyShutdown: false, ...options.colyseus });
  directory.define(colyseus);
  narrowController();
  return { directory, colyseus };
}

/**
 * Proof before work: only a token that some process of this installation issued wakes a room. A seat that was just
 * reserved is in a room that is here; any other socket is let in, to be closed for good by the library: browsers
 * cannot tell a refused upgrade from a lost network. A room that is being restored answers 503, and clients dial again.
 */
function admission(directory: Directory, secret: Uint8Array, followed: boolean) {
  return async (request: Request): Promise<Response | undefined> => {
    const { pathname, searchParams } = new URL(request.url);
    const room = pathname.split('/')[2] ?? '';
    const session = searchParams.get('sessionId') ?? '';
    const token = searchParams.get('reconnectionToken') ?? '';
    if (wasIssued(secret, room, session, token)) {
      const refused = await directory.wakeSoon(room);
      if (refused === 'room-restoring' || refused === 'moved' || refused === 'paused') return refuseUpgrade(refused);
      await directory.loaded(room)?.attendance.beforeReturn(session, token);
    } else if (directory.loaded(room)?.moving) return refuseUpgrade('moved');
    if (followed) directory.loaded(room)?.connections.announce(session, request.headers.get('x-request-id') ?? '');
    return undefined;
  };
}

/** `step` or `step:n` kills this process, hard, the first or the nth time the host comes by. For tests. */
export function dyingAt(kill: string | undefined): Steps {
  if (kill === undefined) return () => {};
  const [, wanted, nth] = /^(.+?)(?::(\d+))?$/.exec(kill) ?? [];
  let left = Number(nth ?? 1);
  return (step) => {
    if (step === wanted && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
