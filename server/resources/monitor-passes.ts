/** `POST monitorpasses` answers with a cookie that opens the monitor, for minutes. */
import { randomBytes } from 'node:crypto';
import type { Identity } from '#rooms/ports.ts';
import { type MonitorPass, monitorPass, newMonitorPass } from '#schema/resources.ts';
import { parseBody } from '#server/resources/body.ts';
import { PARLOR } from '#server/resources/group.ts';
import { answer, type Declaration, head, instant, refuse } from '#server/resources/resource.ts';

export const MONITOR_COOKIE = 'parlor-monitor';
const PATH = '/monitor/';
const LASTS_MS = 10 * 60 * 1000;
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

/** `secure`: browsers come by HTTPS. */
export const monitorPasses: Declaration<{ passes: Passes; secure: boolean }> = {
  plural: 'monitorpasses',
  kind: 'MonitorPass',
  singular: 'monitorpass',
  group: PARLOR,
  storage: 'memory',
  schema: monitorPass,
  creates: newMonitorPass,
  verbs: ['create'],
  columns: [],
  rules: [],
  serve: ({ passes, secure }) => ({
    async create({ identity, body }) {
      const parsed = parseBody(newMonitorPass, 'MonitorPass', body);
      if ('refused' in parsed) return refuse(parsed.refused);
      const { secret, expiresAt } = passes.issue(identity);
      const made: MonitorPass = {
        ...head('MonitorPass', 'monitor'),
        status: { path: PATH, expiresAt: instant(expiresAt) },
      };
      const cookie = `${MONITOR_COOKIE}=${secret}; Path=/monitor; Max-Age=${LASTS_MS / 1000}; HttpOnly; SameSite=Strict`;
      return { ...answer(made, 201), headers: { 'Set-Cookie': secure ? `${cookie}; Secure` : cookie } };
    },
  }),
};
