/** Replays the logs of live rooms before this process takes any: those that its code cannot go on with are left. */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore, Seal } from '#rooms/ports.ts';
import type { Cluster } from '#server/cluster/single-node.ts';
import { lookAhead } from '#server/rooms/shadow.ts';
import type { Logger } from '#server/telemetry/log.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';

export type AheadDeps = {
  store: JournalStore;
  seal: Seal;
  machines: readonly AnyMachine[];
  version(machine: AnyMachine): string;
  cluster: Pick<Cluster, 'hosts' | 'leave'>;
  metrics: Pick<Metrics, 'shadowed'>;
  log: Logger;
};

export async function leaveDiverging({ cluster, metrics, ...ports }: AheadDeps): Promise<void> {
  if (!cluster.hosts) return;
  const found = await lookAhead(ports);
  metrics.shadowed(found);
  for (const { room } of found.diverging) cluster.leave(room);
}
