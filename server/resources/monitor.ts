/**
 * The api to @colyseus/monitor. A browser that navigates there sends no bearer token, so who may
 * `get monitor` first creates a pass: a cookie that opens that path only, for minutes, and only as long as its session lives.
 */
import { matchMaker } from '@colyseus/core';
import { monitor as colyseusMonitor } from '@colyseus/monitor';
import { type RequestHandler, Router } from 'express';
import type { Authorize, Identity, SessionLiveness } from '#rooms/ports.ts';
import { failure, refusal } from '#schema/status.ts';
import type { AuditRecord } from '#server/resources/filters.ts';
import { MONITOR_COOKIE, type Passes } from '#server/resources/monitor-passes.ts';

/** All that the monitor's page needs. Above all not `api/room/call`, which runs any method of any room. */
const OPEN = /^\/(?:$|api$|api\/room$|assets\/[\w.-]+$)/;

export type MonitorPorts = {
  passes: Passes;
  liveness: SessionLiveness;
  authorize: Authorize;
  headers: RequestHandler;
  /** Everything that the library knows of a room, wherever it lives; undefined when there is none. */
  inspect(room: string): Promise<object | undefined>;
  audit(record: AuditRecord): void;
};

/** Mounted at /monitor. */
export function monitorPages({ passes, liveness, authorize, headers, inspect, audit }: MonitorPorts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(headers);
  router.use(async (request, response, next) => {
    const user = passes.holderOf(cookieOf(request.headers.cookie));
    if (!user || (await liveness.look(user.session, user.player)) !== 'live') {
      response.status(401).json(refusal('unauthenticated', { detail: 'open it from the admin page' }));
      return;
    }
    const decision = authorize({ user, verb: 'get', resource: 'monitor' });
    if (!decision.allowed) {
      response.status(403).json(refusal('forbidden', { detail: decision.reason }));
      return;
    }
    if (request.method !== 'GET' || !OPEN.test(request.path)) {
      response.status(404).json(failure(404, 'The monitor looks; it does not touch.'));
      return;
    }
    response.locals.user = user;
    next();
  });
  // The library's own answer never ends for a large room, and shows whoever has a pass what people wrote.
  router.get('/api/room', async (request, response) => {
    const user = response.locals.user as Identity;
    const name = String(request.query.roomId ?? '').slice(0, 64);
    const asked = { verb: 'get', resource: 'rooms', name, subresource: 'content' } as const;
    const decision = authorize({ user, ...asked });
    const found = decision.allowed ? await inspect(name) : undefined;
    if (!decision.allowed) response.status(403).json(refusal('forbidden', { detail: decision.reason }));
    else if (found) response.json(found);
    else response.status(404).json(failure(404, `There is no room ${JSON.stringify(name)}.`));
    const { statusCode: code } = response;
    audit({ ...asked, request: String(request.id), player: user.player, ...decision, code, note: 'by the monitor' });
  });
  router.use(colyseusMonitor() as unknown as RequestHandler);
  return router;
}

/** What the library knows of a room of this process or another one. */
export async function inspect(room: string): Promise<object | undefined> {
  const found = await matchMaker.query({ roomId: room });
  return found.length === 0 ? undefined : matchMaker.remoteRoomCall(room, 'getInspectData');
}

function cookieOf(header: string | undefined): string {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  return pairs.find(([name]) => name === MONITOR_COOKIE)?.[1] ?? '';
}
