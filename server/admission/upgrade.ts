/** What is asked before a socket is opened. Pure answers; `beforeUpgrade` puts them together. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Quota } from '#rooms/host/quota.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import { failure, refusal } from '#schema/status.ts';
import { isAllowedOrigin } from '#server/http/origins.ts';
import { addressOf, limitKey } from '#server/limits/address.ts';
import type { Logger } from '#server/telemetry/log.ts';
import { requestId } from '#server/telemetry/request-id.ts';

/** Headers that Colyseus believes from anyone. */
const CLIENT_HEADERS = ['x-real-ip', 'x-forwarded-for', 'x-client-ip'];

/** Dials of one address that are counted, for each socket that it may have open. */
export const DIALS = 10;
const MINUTE_MS = 60_000;
/** Addresses beyond which those that have not dialled for a while are forgotten. */
const MOST_ADDRESSES = 1_000;

/** Open sockets by address. */
export type Sockets = {
  count(address: string): number;
  /** One dial more; the ms until the next may come when it is one too many. */
  dial(address: string, perMinute: number): number;
};

/**
 * Counts sockets from the moment they ask for an upgrade, and tells Colyseus (`context.ip`) the
 * address that we believe instead of the one that the client claims.
 */
export function watchUpgrades(server: Server, trustedProxies: number, log?: Logger): Sockets {
  const open = new Map<string, number>();
  const dials = new Map<string, Quota>();
  const add = (key: string, change: number) => {
    const count = (open.get(key) ?? 0) + change;
    if (count > 0) open.set(key, count);
    else open.delete(key);
  };
  server.prependListener('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const address = addressOf(request, trustedProxies);
    for (const header of CLIENT_HEADERS) delete request.headers[header];
    request.headers['x-real-ip'] = address;
    // Colyseus appends it to an origin, and throws before anything is counted.
    if (!request.url?.startsWith('/')) request.url = '/';
    add(limitKey(address), 1);
    const [id, room, began] = [requestId(request), roomOf(request.url), performance.now()];
    socket.once('close', () => {
      add(limitKey(address), -1);
      if (dials.get(limitKey(address))?.isEmpty(Date.now())) return; // a line for each would be the attacker's to write
      log?.info({ req: { id, room, address }, ms: Math.round(performance.now() - began) }, 'socket closed');
    });
  });
  return {
    count: (address) => open.get(limitKey(address)) ?? 0,
    dial(address, perMinute) {
      const [key, now] = [limitKey(address), Date.now()];
      const quota = dials.get(key) ?? new Quota(perMinute, MINUTE_MS);
      if (!dials.has(key) && dials.size >= MOST_ADDRESSES)
        for (const [idle, one] of dials) if (one.isFull(now)) dials.delete(idle);
      dials.set(key, quota);
      return quota.take(now);
    },
  };
}

/** Never the query: tokens ride in it. */
const roomOf = (url = '') => /^\/[\w-]{1,64}\/([\w-]{1,64})\?/.exec(url)?.[1];

/** A foreign page may not open sockets: browsers tell the origin, and send cookies along. */
export function checkOrigin(headers: Headers, allowed: readonly string[]): Response | undefined {
  const origin = headers.get('origin');
  if (isAllowedOrigin(origin, allowed)) return undefined;
  return respond(failure(403, `Pages of ${JSON.stringify(origin)} may not use this server.`));
}

/** Before anything is asked of a room: how many are open, and how often one dials. */
export function checkSockets(
  address: string,
  sockets: Sockets,
  limit: number,
  refused: (reason: string) => void = () => {},
): Response | undefined {
  const retryAfterMs = sockets.dial(address, limit * DIALS);
  if (retryAfterMs === 0 && sockets.count(address) <= limit) return undefined;
  refused(retryAfterMs > 0 ? 'dials' : 'sockets');
  if (retryAfterMs > 0) return respond(refusal('rate', { retryAfterMs }));
  return respond(failure(429, 'Too many connections from this address.'));
}

/** A path without a room would open Colyseus's ping socket to anyone. */
export function checkPath(request: Request): Response | undefined {
  const { pathname, searchParams } = new URL(request.url);
  const room = /^\/[\w-]+\/([\w-]+)$/.exec(pathname)?.[1];
  // Colyseus looks rooms up in a plain object.
  if (room !== undefined && !(room in Object.prototype) && searchParams.has('sessionId')) return undefined;
  return respond(refusal('no-such-room'));
}

/** Answers an upgrade with a refusal. Passing ones are a 503, after which clients dial again. */
export function refuseUpgrade(code: RefusalCode): Response {
  return respond(refusal(code));
}

function respond(status: ReturnType<typeof failure>): Response {
  return Response.json(status, { status: status.code });
}
