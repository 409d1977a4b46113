/**
 * Joining a room. Colyseus binds its own routes in front of everything, with reflected CORS, no limits and
 * five methods; we take them off and serve the one that clients need through our chain.
 */
import type { Server } from 'node:http';
import { matchMaker, type ServerError } from '@colyseus/core';
import express, { type Express, type Request, type Response, Router } from 'express';
import type { Authenticate } from '#rooms/ports.ts';
import { answerTo, isRefusalCode, type RefusalCode } from '#schema/refusals.ts';
import { addressOf, limitKey } from '#server/limits/address.ts';
import { type Limiter, limited } from '#server/limits/limiter.ts';
import type { JoinOrder, Refused, RoomCalls, Seat } from '#server/rooms/calls.ts';
import type { Logger } from '#server/telemetry/log.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';

const ROOM = /^[A-Za-z0-9_-]{1,64}$/;
/** Options of a join are a few words. */
const MAX_OPTIONS = 4096;

/** Colyseus's own codes for "there is no such room", and for an `onAuth` that said no without a reason. */
const [UNKNOWN_METHOD, INVALID_ROOM, AUTH_FAILED] = [520, 522, 525];

export type Joining = {
  /** A seat in a room, wherever it lives; a refusal when there is none, or not yet. */
  join(order: JoinOrder): Promise<{ seat: Seat } | Refused>;
  /** Whose token this is, from the token alone: before a room is looked for, or woken. */
  verify: Authenticate;
  perAddress: Limiter;
  trustedProxies: number;
  metrics: Metrics;
  log: Logger;
};

export function matchmaking(joining: Joining): Router {
  const { perAddress, trustedProxies, metrics } = joining;
  const router = Router();
  router.post(
    '/matchmake/joinById/:room',
    limited(perAddress, metrics, (request) => limitKey(addressOf(request, trustedProxies))),
    express.json({ limit: MAX_OPTIONS, inflate: false }),
    (request, response) => answer(joining, request as Request<{ room: string }>, response),
  );
  return router;
}

async function answer(
  { join, verify, trustedProxies, metrics, log }: Joining,
  request: Request<{ room: string }>,
  response: Response,
) {
  const { room } = request.params;
  response.set('Cache-Control', 'no-store');
  try {
    const order = orderOf(request, trustedProxies);
    const identity = await verify(order.token);
    if ('refused' in identity) return refuse(response, identity.refused, metrics);
    const joined = ROOM.test(room) ? await join(order) : refused('no-such-room');
    if ('refused' in joined) refuse(response, joined.refused, metrics);
    else response.json(joined.seat);
  } catch (error) {
    log.error({ err: error, room }, 'join failed');
    refuse(response, 'fault', metrics);
  }
}

function orderOf(request: Request<{ room: string }>, trustedProxies: number): JoinOrder {
  const { headers, params, body } = request;
  return {
    room: params.room,
    options: body ?? {},
    token: /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '',
    ip: addressOf(request, trustedProxies),
    userAgent: headers['user-agent'] ?? '',
  };
}

/** Reserves a seat in a room that this process has, or wakes. */
export function joinHere(wake: (room: string) => Promise<RefusalCode | undefined>): RoomCalls['join'] {
  return async ({ room, options, token, ip, userAgent }) => {
    const code = await wake(room);
    if (code) return refused(code);
    const context = { token, ip, headers: new Headers({ 'user-agent': userAgent }) };
    try {
      return { seat: await matchMaker.controller.invokeMethod('joinById', room, options as object, context) };
    } catch (error) {
      const code = codeOf(error as ServerError);
      if (code === 'fault') throw error;
      return refused(code);
    }
  };
}

const refused = (code: RefusalCode): Refused => ({ refused: code });

/** The SDK hands on the status and `message`, so that holds our code; a person reads `error`. */
function refuse(response: Response, code: RefusalCode, metrics: Metrics): void {
  metrics.refused(code);
  const { status, sentence } = answerTo(code);
  response.status(status).json({ code: status, message: code, error: sentence });
}

function codeOf({ code, message }: ServerError): RefusalCode {
  // `onAuth` of our rooms throws the refusal itself.
  if (isRefusalCode(message)) return message;
  if (code === UNKNOWN_METHOD || code === INVALID_ROOM)
    return message.endsWith('is locked') ? 'room-full' : 'no-such-room';
  if (code === AUTH_FAILED) return 'unauthenticated';
  return 'fault';
}

/** Nothing but `joinById`, and no CORS headers of its own: should Colyseus's routes ever be bound again, they are narrow. */
export function narrowController(): void {
  matchMaker.controller.exposedMethods = ['joinById'];
  matchMaker.controller.DEFAULT_CORS_HEADERS = {} as typeof matchMaker.controller.DEFAULT_CORS_HEADERS;
  matchMaker.controller.getCorsHeaders = () => ({});
}

/** Call once Colyseus has bound its routes (the listening callback): from then on there is one api. */
export function ownRoutesOnly(server: Server, app: Express): void {
  server.removeAllListeners('request');
  server.on('request', app);
}
