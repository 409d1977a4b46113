/** The part of a process that hosts rooms: Colyseus on our listener, the journal, and the directory. */
import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { type MatchMakerDriver, type Presence, Server } from '@colyseus/core';
import { Encoder } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { Directory, type DirectoryOptions } from '#rooms/host/directory.ts';
import { Ticker } from '#rooms/host/ticker.ts';
import type { Steps } from '#rooms/ports.ts';
import type { Config } from '#server/config.ts';
import { gatedSockets } from '#server/limits/sockets.ts';
import { narrowController } from '#server/matchmaking/controller.ts';
import { checkOrigin, checkPath, checkSockets, refuseUpgrade, type Sockets } from '#server/matchmaking/upgrade.ts';
import { colyseusLogger, type Logger } from '#server/telemetry/log.ts';

/** A room nobody is in is unloaded after this long; it wakes when somebody comes. */
const IDLE_MS = 30_000;
/** Most rooms are small; a larger state grows its own buffer. */
const ENCODER_BYTES = 8 * 1024;

export type RoomsOptions = Omit<DirectoryOptions, 'owner' | 'now' | 'ticker' | 'steps' | 'limits' | 'log'> & {
  config: Pick<Config, 'allowedOrigins' | 'limits' | 'test'>;
  server: HttpServer;
  sockets: Sockets;
  /** Counts what is refused before a room hears of it. */
  refused(reason: string): void;
  log: Logger;
  /** Minted, unless said otherwise. */
  owner?: string;
  /** Wall ms; the clock of this machine unless said otherwise. */
  now?: () => number;
  /** What Colyseus shares with other processes. */
  colyseus?: { driver: MatchMakerDriver; presence: Presence };
  idleMs?: number;
  /** In place of `PARLOR_TEST_KILL`. */
  steps?: Steps;
};

export type Rooms = { directory: Directory; colyseus: Server };

/** Nothing is served yet: define further rooms, then `listen`. */
export function openRooms(options: RoomsOptions): Rooms {
  const { config, server, sockets, log } = options;
  const { limits, allowedOrigins } = config;
  Encoder.BUFFER_SIZE = ENCODER_BYTES;
  const trail = log.isLevelEnabled('debug') ? log.debug.bind(log) : undefined;
  const directory = new Directory({
    ...options,
    trail,
    owner: options.owner ?? randomUUID(),
    now: options.now ?? Date.now,
    ticker: new Ticker((ms) => options.meter.late(ms)),
    steps: options.steps ?? dyingAt(config.test.kill),
    limits: { ...limits, idleMs: options.idleMs ?? IDLE_MS },
  });
  const transport = new WebSocketTransport({
    server,
    maxPayload: limits.maxPayload,
    WebSocket: gatedSockets({ maxPayload: limits.maxPayload, refused: options.refused }),
    beforeUpgrade: async (request, { headers, ip }) =>
      checkOrigin(headers, allowedOrigins) ??
      checkPath(request) ??
      checkSockets(String(ip ?? ''), sockets, limits.connectionsPerAddress) ??
      (await admit(directory, request, trail !== undefined)),
  });
  const logger = colyseusLogger(log);
  const colyseus = new Server({ transport, logger, greet: false, gracefullyShutdown: false, ...options.colyseus });
  directory.define(colyseus);
  narrowController();
  return { directory, colyseus };
}

/**
 * A room that is being restored answers 503, and clients dial again. One that is over or never was lets the
 * socket in, only to be closed for good: browsers cannot tell a refused upgrade from a lost network.
 */
async function admit(directory: Directory, request: Request, followed: boolean): Promise<Response | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  const room = pathname.split('/')[2] ?? '';
  const refused = await directory.wakeSoon(room);
  if (refused === 'room-restoring' || refused === 'moved' || refused === 'paused') return refuseUpgrade(refused);
  const token = searchParams.get('reconnectionToken');
  const session = searchParams.get('sessionId') ?? '';
  if (followed) directory.loaded(room)?.connections.announce(session, request.headers.get('x-request-id') ?? '');
  if (token !== null) await directory.loaded(room)?.attendance.beforeReturn(session, token);
  return undefined;
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
