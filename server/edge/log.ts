/** One log line per request and per socket: route, member, status. No query, no header, no body. */
import type { Member } from '#server/cluster/ports.ts';
import type { EdgeMetrics } from '#server/edge/metrics.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** Polled every few seconds by machines; logged only if they fail. */
const QUIET = new Set(['healthz', 'readyz', 'metrics']);

export type Served = {
  /** The request's id, the same on every process that it passes. */
  id: string;
  method: string;
  /** One of a closed list. */
  route: string;
  room?: string | undefined;
  member?: Member | undefined;
  status: number;
  address: string;
  /** On `performance`'s clock. */
  started: number;
};

export type EdgeLog = (served: Served) => void;

export function createEdgeLog(log: Logger, metrics: EdgeMetrics): EdgeLog {
  return ({ id, method, route, room, member, status, address, started }) => {
    metrics.answered(route, status);
    const ms = Math.round(performance.now() - started);
    const level = status >= 500 ? 'warn' : QUIET.has(route) ? 'trace' : 'info';
    log[level]({ id, method, route, room, member: member?.id, status, address, ms }, 'served');
  };
}
