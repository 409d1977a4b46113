/** Opens the lists of rooms, here and elsewhere, and what is counted of them. */
import { matchMaker } from '@colyseus/core';
import type { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { Cluster } from '#server/cluster/single-node.ts';
import type { Storage } from '#server/compose/storage.ts';
import { createWorld, type World } from '#server/rooms/tables.ts';
import { createMetrics, type Metrics } from '#server/telemetry/metrics.ts';

export type MetricsDeps = {
  rooms: HostedRooms;
  cluster: Pick<Cluster, 'gossip' | 'census'>;
  storage: Pick<Storage, 'findings'>;
};

export function openMetrics({ rooms, cluster, storage }: MetricsDeps): { world: World; metrics: Metrics } {
  const world = createWorld(rooms, cluster.gossip);
  const metrics = createMetrics({
    clients: () => matchMaker.stats.local.ccu,
    rooms: () => world.census(),
    ...cluster.census,
    ...(storage.findings && { findings: storage.findings }),
  });
  return { world, metrics };
}
