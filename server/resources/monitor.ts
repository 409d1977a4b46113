/**
 * The api to @colyseus/monitor. A browser that navigates there sends no bearer token, so who may
 * `get monitor` first creates a pass: a cookie that opens that path only, for minutes, and only as long as its session lives.
 */
import { randomBytes } from 'node:crypto';
import { matchMaker } from '@colyseus/core';
import { monitor as colyseusMonitor } from '@colyseus/monitor';
import { type RequestHandler, Router } from 'express';
import type { Authorize, Identity, SessionLiveness } from '#rooms/ports.ts';
import { type MonitorPass, monitorPass, newMonitorPass } from '#schema/resources.ts';
import { failure, refusal } from '#schema/status.ts';
import { parseBody } from '#server/resources/body.ts';
import type { AuditRecord } from '#server/resources/filters.ts';
import { answer, head, instant, type Resource, refuse } from '#server/resources/resource.ts';

const COOKIE = 'parlor-monitor';
const PATH = '/monitor/';
const LASTS_MS = 10 * 60 * 1000;
/** All that the monitor's page needs. Above all not `api/room/call`, which runs any method of any room. */
const OPEN = /^\/(?:$|api$|api\/room$|assets\/[\w.-]+$)/;

export type Passes = {
  issue(identity: Identity): { secret: string; expiresAt: number };
  /** Who holds a pass that still is good. */
  holderOf(secret: string): Identity | undefined;
};

export function createPasses(now: () => number): Passes {
  const passes = new Map<string, { identity: Identity; expiresAt: number }>();
  return {
    issue(identity) {
      for (const [secret, { expiresAt }] of passes) if (expiresAt <= now()) passes.delete(secret);
      const secret = randomBytes(32).toString('base64url');
      const expiresAt = now() + LASTS_MS;
      passes.set(secret, { identity, expiresAt });
      return { secret, expiresAt };
    },
    holderOf(secret) {
      const pass = passes.get(secret);
      return pass && pass.expiresAt > now() ? pass.identity : undefined;
    },
  };
}

/** `POST monitorpasses` answers with the cookie. */
export function monitorResource(passes: Passes, secure: boolean): Resource {
  return {
    resource: 'monitorpasses',
    kind: 'MonitorPass',
    schema: monitorPass,
    singular: 'monitorpass',
    columns: [],
    async create({ identity, body }) {
      const parsed = parseBody(newMonitorPass, 'MonitorPass', body);
      if ('refused' in parsed) return refuse(parsed.refused);
      const { secret, expiresAt } = passes.issue(identity);
      const made: MonitorPass = {
        ...head('MonitorPass', 'monitor'),
        status: { path: PATH, expiresAt: instant(expiresAt) },
      };
      const cookie = `${COOKIE}=${secret}; Path=/monitor; Max-Age=${LASTS_MS / 1000}; HttpOnly; SameSite=Strict`;
      return { ...answer(made, 201), headers: { 'Set-Cookie': secure ? `${cookie}; Secure` : cookie } };
    },
  };
}

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
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? '';
}
