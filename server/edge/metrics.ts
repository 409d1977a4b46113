/** Metrics of an edge. Names and help texts are defined in `EDGE_METRICS` only. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export const EDGE_METRICS = {
  parlor_edge_sockets: 'Sockets that are spliced to a member now',
  parlor_edge_held: 'Sockets and joins that wait for their room, and requests for any process, now',
  parlor_edge_cut_total: 'Splices that the edge cut, by reason',
  parlor_edge_dial_seconds: 'From asking a member for a socket until it was open',
  parlor_edge_requests_total: 'Requests and sockets answered, by route and status code',
  parlor_edge_refused_total: 'Requests and sockets that the edge itself refused, by reason',
} as const;

const DIAL = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Reasons of a cut: a claim by another process, a lost process, or the edge's own stop. */
export type Cut = 'claimed' | 'missed' | 'drain';

export type EdgeMetrics = {
  page(): Promise<string>;
  readonly contentType: string;
  cut(why: Cut): void;
  dialled(ms: number): void;
  answered(route: string, code: number): void;
  refused(reason: string): void;
  /** `census` is called at each scrape. */
  count(census: { sockets(): number; held(): number }): void;
};

export function createEdgeMetrics(): EdgeMetrics {
  const registry = new Registry();
  const described = <N extends keyof typeof EDGE_METRICS>(name: N) => ({
    name,
    help: EDGE_METRICS[name],
    registers: [registry],
  });
  collectDefaultMetrics({ register: registry });

  const cut = new Counter({ ...described('parlor_edge_cut_total'), labelNames: ['reason'] });
  const dialled = new Histogram({ ...described('parlor_edge_dial_seconds'), buckets: DIAL });
  const answered = new Counter({ ...described('parlor_edge_requests_total'), labelNames: ['route', 'code'] });
  const refused = new Counter({ ...described('parlor_edge_refused_total'), labelNames: ['reason'] });

  return {
    page: () => registry.metrics(),
    contentType: registry.contentType,
    cut: (reason) => cut.inc({ reason }),
    dialled: (ms) => dialled.observe(ms / 1000),
    answered: (route, code) => answered.inc({ route, code }),
    refused: (reason) => refused.inc({ reason }),
    count({ sockets, held }) {
      new Gauge({
        ...described('parlor_edge_sockets'),
        collect() {
          this.set(sockets());
        },
      });
      new Gauge({
        ...described('parlor_edge_held'),
        collect() {
          this.set(held());
        },
      });
    },
  };
}
