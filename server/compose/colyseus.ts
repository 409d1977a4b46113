/** Opens Colyseus on our listener, with the rooms of the directory. It listens later. */
import type { Server as HttpServer } from 'node:http';
import { type MatchMakerDriver, matchMaker, type Presence, Server } from '@colyseus/core';
import { Encoder } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';
import type { Directory } from '#rooms/host/directory.ts';
import type { Seal } from '#rooms/ports.ts';
import { narrowController } from '#server/admission/controller.ts';
import { admitReturns } from '#server/admission/returns.ts';
import { checkOrigin, checkPath, checkSockets, type Sockets } from '#server/admission/upgrade.ts';
import type { Config } from '#server/config.ts';
import { gatedSockets } from '#server/limits/sockets.ts';
import { startSweep } from '#server/limits/sweep.ts';
import { colyseusLogger, isFollowed, type Logger } from '#server/telemetry/log.ts';

/** Most rooms are small; a larger state grows its own buffer. */
const ENCODER_BYTES = 8 * 1024;

export type ColyseusDeps = {
  config: Pick<Config, 'allowedOrigins' | 'limits'>;
  server: HttpServer;
  sockets: Sockets;
  directory: Directory;
  seal: Pick<Seal, 'derive'>;
  /** Counts what is refused before a room hears of it. */
  refused(reason: string): void;
  /** Types of requests that rooms answer beside the product's own. */
  requests?: readonly string[] | undefined;
  /** What it shares with other processes. */
  shared?: { driver: MatchMakerDriver; presence: Presence } | undefined;
  log: Logger;
};

export function openColyseus(deps: ColyseusDeps, stack: AsyncDisposableStack): Server {
  const { config, server, sockets, directory, refused, log } = deps;
  const { limits, allowedOrigins } = config;
  Encoder.BUFFER_SIZE = ENCODER_BYTES;
  const admit = admitReturns(directory, deps.seal.derive('reconnection'), isFollowed(log));
  const gated = gatedSockets({ maxPayload: limits.maxPayload, refused, requests: deps.requests });
  const transport = new WebSocketTransport({
    server,
    maxPayload: limits.maxPayload,
    WebSocket: gated.WebSocket,
    beforeUpgrade: async (request, { headers, ip }) =>
      checkSockets(String(ip ?? ''), sockets, limits.connectionsPerAddress, refused) ??
      checkOrigin(headers, allowedOrigins) ??
      checkPath(request) ??
      (await admit(request)),
  });
  stack.defer(startSweep({ sockets: gated.open, maxBuffered: limits.maxBuffered, cut: refused }));
  // Leases tell which process is dead; the library's own checks would leave timers behind.
  matchMaker.setHealthChecksEnabled(false);
  const options = { transport, logger: colyseusLogger(log), greet: false, gracefullyShutdown: false };
  const colyseus = new Server({ ...options, ...deps.shared });
  directory.define(colyseus);
  narrowController();
  return colyseus;
}
