/** What Parlor counts and times. Names and help texts stand in `METRICS`, nowhere else. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '#rooms/ports.ts';

export const METRICS = {
  parlor_clients: 'Connections to rooms that are open now',
  parlor_rooms: 'Rooms that live in this process now, by machine',
  parlor_tick_lateness_seconds: 'How late a tick of a realtime room began',
  parlor_append_seconds: 'From handing batches to the journal until they were durable',
  parlor_append_batches: 'Batches that shared one durable append',
  parlor_restore_seconds: 'Time to claim and restore a room, by whose it was before',
  parlor_takeovers_total: 'Rooms that this process took over from another one',
  parlor_fenced_total: 'Rooms given up because another process had claimed them',
  parlor_paused: 'Whether the rooms of this process wait for storage or for its lease',
  parlor_lease_seconds: 'How long this process still holds its lease; 0 when it has lapsed, or needs none',
  parlor_shadow_rooms: 'Rooms whose logs this process replayed before it took any, by what came out',
  parlor_may_claim: 'Whether this process has been in touch for long enough to take over rooms of the dead',
  parlor_redis_problems: 'What is wrong with the Redis that processes share, by failure',
  parlor_members: 'Processes that this one takes for alive, itself among them',
  parlor_lane_drops_total: 'Inputs and signals that were dropped, by lane and reason',
  parlor_faults_total: 'Bugs that a machine or its host ran into, by machine and kind',
  parlor_http_request_seconds: 'Time to answer an HTTP request, by method, route and status code',
  parlor_refusals_total: 'Requests refused before they reached a handler, by reason',
  nodejs_eventloop_lag_seconds: 'How late the event loop is (prom-client measures it)',
} as const;

const TICK_LATENESS = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5];
const APPEND = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const RESTORE = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const REQUEST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128];

/** Asked at each scrape. */
export type Census = {
  clients(): number;
  rooms(): ReadonlyMap<string, number>;
  /** One process alone is never paused, and has no members. */
  paused?(): boolean;
  mayClaim?(): boolean;
  members?(): number;
  leaseMs?(): number;
  /** What is wrong with the Redis that processes share. */
  findings?(): readonly { failure: string }[];
};

/** How many rooms' logs agree with the code here; see `rooms/shadow.ts`. */
export type Shadowed = { rooms: number; unproven: number; diverging: readonly unknown[]; unchecked: number };

export type Metrics = {
  /** Content of /metrics, and its media type. */
  page(): Promise<string>;
  readonly contentType: string;
  readonly meter: Meter;
  /** Before the process took any room. */
  shadowed(found: Shadowed): void;
  request(method: string, route: string, code: number, seconds: number): void;
  refused(reason: string): void;
};

export function createMetrics(census: Census): Metrics {
  const registry = new Registry();
  const described = <N extends keyof typeof METRICS>(name: N) => ({ name, help: METRICS[name], registers: [registry] });
  collectDefaultMetrics({ register: registry });

  new Gauge({
    ...described('parlor_clients'),
    collect() {
      this.set(census.clients());
    },
  });
  new Gauge({
    ...described('parlor_rooms'),
    labelNames: ['machine'],
    collect() {
      this.reset();
      for (const [machine, count] of census.rooms()) this.set({ machine }, count);
    },
  });
  new Gauge({
    ...described('parlor_paused'),
    collect() {
      this.set(census.paused?.() ? 1 : 0);
    },
  });
  new Gauge({
    ...described('parlor_may_claim'),
    collect() {
      this.set(census.mayClaim?.() === false ? 0 : 1);
    },
  });
  new Gauge({
    ...described('parlor_members'),
    collect() {
      this.set(census.members?.() ?? 1);
    },
  });
  new Gauge({
    ...described('parlor_lease_seconds'),
    collect() {
      this.set((census.leaseMs?.() ?? 0) / 1000);
    },
  });
  new Gauge({
    ...described('parlor_redis_problems'),
    labelNames: ['failure'],
    collect() {
      this.reset();
      for (const { failure } of census.findings?.() ?? []) this.set({ failure }, 1);
    },
  });
  const shadow = new Gauge({ ...described('parlor_shadow_rooms'), labelNames: ['verdict'] });
  const takeovers = new Counter(described('parlor_takeovers_total'));
  const restore = new Histogram({ ...described('parlor_restore_seconds'), labelNames: ['from'], buckets: RESTORE });
  const fenced = new Counter(described('parlor_fenced_total'));
  const lateness = new Histogram({ ...described('parlor_tick_lateness_seconds'), buckets: TICK_LATENESS });
  const append = new Histogram({ ...described('parlor_append_seconds'), buckets: APPEND });
  const batch = new Histogram({ ...described('parlor_append_batches'), buckets: BATCHES });
  const faults = new Counter({ ...described('parlor_faults_total'), labelNames: ['machine', 'kind'] });
  const drops = new Counter({ ...described('parlor_lane_drops_total'), labelNames: ['lane', 'reason'] });
  const refusals = new Counter({ ...described('parlor_refusals_total'), labelNames: ['reason'] });
  const requests = new Histogram({
    ...described('parlor_http_request_seconds'),
    labelNames: ['method', 'route', 'code'],
    buckets: REQUEST,
  });

  return {
    page: () => registry.metrics(),
    contentType: registry.contentType,
    meter: {
      appended(ms, batches) {
        append.observe(ms / 1000);
        batch.observe(batches);
      },
      late: (ms) => lateness.observe(ms / 1000),
      fault: (machine, kind) => faults.inc({ machine, kind }),
      restored(ms, from) {
        restore.observe({ from }, ms / 1000);
        if (from === 'other') takeovers.inc();
      },
      fenced: () => fenced.inc(),
      dropped: (lane, reason) => drops.inc({ lane, reason }),
    },
    shadowed({ rooms, unproven, diverging, unchecked }) {
      const agreed = rooms - unproven - diverging.length;
      for (const [verdict, count] of Object.entries({ agreed, unproven, diverged: diverging.length, unchecked }))
        shadow.set({ verdict }, count);
    },
    request: (method, route, code, seconds) => requests.observe({ method, route, code }, seconds),
    refused: (reason) => refusals.inc({ reason }),
  };
}
