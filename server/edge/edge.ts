/** The edge: a small stateless relay in front of the processes that have rooms and pages. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { watchUpgrades } from '#server/admission/upgrade.ts';
import type { Members } from '#server/cluster/ports.ts';
import type { Config } from '#server/config.ts';
import { MemberAgent } from '#server/edge/agent.ts';
import { createEdgeApp } from '#server/edge/app.ts';
import { followClaims } from '#server/edge/claims.ts';
import { watchConnections } from '#server/edge/connections.ts';
import { createEdgeLog } from '#server/edge/log.ts';
import { createEdgeMetrics } from '#server/edge/metrics.ts';
import { createRoster } from '#server/edge/roster.ts';
import { Splices } from '#server/edge/splices.ts';
import { sweep } from '#server/edge/sweep.ts';
import { tally } from '#server/edge/tally.ts';
import { Upgrades } from '#server/edge/upgrades.ts';
import { holdConnections } from '#server/http/connections.ts';
import { addressOf, limitKey } from '#server/limits/address.ts';
import { type CreateLimiter, createLimiter } from '#server/limits/limiter.ts';
import { starting } from '#server/start/failures.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** Time limit for slow senders, ms. */
const LISTENER = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
  // Refused by the edge instead, so that nothing behind it on the connection is read.
  requireHostHeader: false,
};
/** Largest body in bytes; above that of every member's routes. */
const MIN_BODY = 64 * 1024;
const MINUTE = 60;
/** Dials a minute for each socket that an address may have open. */
const DIALS = 10;
/** TCP connections for each socket that an address may have open; a browser keeps some idle ones. */
const CONNECTIONS = 4;

export type EdgeOptions = {
  config: Pick<
    Config,
    'host' | 'port' | 'origin' | 'allowedOrigins' | 'trustedProxies' | 'limits' | 'metricsToken' | 'lan' | 'keepAliveMs'
  >;
  members: Members;
  log: Logger;
  /** A limiter shared by all edges; without it each counts alone. */
  limiter?: CreateLimiter;
  /** How long a socket is held while its room moves, ms. */
  patienceMs?: number;
  /** How long the cuts of a stopping edge may take, ms. */
  drainMs: number;
};

export type Edge = {
  port: number;
  /** Accepts nothing new, cuts the open sockets in portions, and stops. */
  close(): Promise<void>;
};

/** @throws when the port is taken. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  await using opened = new AsyncDisposableStack();
  const port = await openRelay(options, opened);
  const running = opened.move();
  return { port, close: () => running.disposeAsync() };
}

/** Answers the port. */
export async function openRelay(options: EdgeOptions, stack: AsyncDisposableStack): Promise<number> {
  const { config, members, log, patienceMs, drainMs, limiter = alone } = options;
  const { trustedProxies, limits, allowedOrigins } = config;
  const claims = followClaims(members);
  stack.defer(() => claims.close());
  const roster = createRoster(members);
  const agent = new MemberAgent();
  stack.defer(() => agent.destroy());
  const reaching = { members, claims, ...(patienceMs !== undefined && { patienceMs }) };
  let joins = 0;
  let closing = false;
  const metrics = createEdgeMetrics();
  const splices = new Splices(claims, metrics);
  const served = createEdgeLog(log, metrics);
  const connections = watchConnections();
  const app = createEdgeApp({
    config,
    connections,
    limiter,
    metrics,
    served,
    log,
    // An edge without members is still useful: it holds requests until a member joins.
    ready: async () => ({ open: !closing }),
    relaying: {
      ...reaching,
      agent,
      roster,
      maxBody: Math.max(limits.maxPayload, MIN_BODY),
      addressOf: (request) => addressOf(request, trustedProxies),
      forwardedHost: ({ headers }) => (trustedProxies > 0 ? [headers['x-forwarded-host'] ?? []].flat()[0] : undefined),
      waiting: () => {
        joins++;
        return () => {
          joins--;
        };
      },
    },
  });

  const shouldUpgradeCallback = ({ headers }: { headers: { upgrade?: string } }) =>
    headers.upgrade?.toLowerCase() === 'websocket';
  const server = createServer(
    { ...LISTENER, keepAliveTimeout: config.keepAliveMs, shouldUpgradeCallback },
    connections.serve(app),
  );
  server.on('checkExpectation', connections.serve(app));
  const held = holdConnections(server);
  const sockets = watchUpgrades(server, trustedProxies);
  const upgrades = new Upgrades({
    ...reaching,
    allowedOrigins,
    sockets,
    socketsPerAddress: limits.connectionsPerAddress,
    perAddress: limiter('edge-dials', limits.connectionsPerAddress * DIALS, MINUTE),
    splices,
    roster,
    metrics,
    log: served,
  });
  metrics.count({ sockets: () => splices.size, held: () => upgrades.held + joins });
  const open = tally();
  server.on('connection', (socket) => {
    // Behind a proxy all connections are the proxy's.
    if (trustedProxies > 0) return;
    const key = limitKey(socket.remoteAddress ?? '');
    if (open.enter(key) > CONNECTIONS * limits.connectionsPerAddress) socket.destroy();
    socket.once('close', () => open.leave(key));
  });
  server.on('upgrade', (request, socket, head) => {
    // Pending answers would be lost, or be read as frames of the room.
    if (connections.isBusy(socket as Socket)) {
      socket.destroy();
      return;
    }
    // `watchUpgrades` replaced the claimed address by the trusted one.
    const served = upgrades.serve(request, socket as Socket, head, String(request.headers['x-real-ip']));
    served.catch((error: Error) => {
      log.error({ reason: error.message }, 'upgrade failed');
      socket.destroy();
    });
  });
  stack.defer(async () => {
    closing = true;
    const closed = held.close(drainMs);
    upgrades.close();
    await splices.drain(drainMs / 2);
    await closed;
  });
  await starting('port', `Port ${config.port} of ${config.host}`, async () => {
    await once(server.listen(config.port, config.host), 'listening');
  });
  stack.defer(sweep(splices, members));
  return (server.address() as AddressInfo).port;
}

const alone: CreateLimiter = (_name, points, seconds) => createLimiter(points, seconds);
