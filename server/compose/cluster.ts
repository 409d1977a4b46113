/** Joins the other processes, or stays alone. */
import type { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { sealOf } from '#server/cluster/registry-seal.ts';
import { type Cluster, SINGLE_NODE } from '#server/cluster/single-node.ts';
import type { Config } from '#server/config.ts';
import type { Keyring } from '#server/keys/keyring.ts';
import { PLAIN } from '#server/rooms/lobby.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type ClusterDeps = {
  config: Config;
  keyring: Keyring;
  store: JournalStore;
  rooms: HostedRooms;
  /** Stands for the rules that this process runs. */
  code: string;
  log: Logger;
};

/** Others hear of this process when it is started, once it listens. @throws RedisAway */
export async function openCluster(deps: ClusterDeps, stack: AsyncDisposableStack): Promise<Cluster> {
  const { config, keyring, ...given } = deps;
  if (!config.cluster) return SINGLE_NODE;
  const { joinCluster } = await import('#server/cluster/cluster.ts');
  const options = {
    ...given,
    config: { ...config.cluster, host: config.host },
    key: keyring.derive('peers'),
    seal: await sealOf(config),
    plain: PLAIN,
  };
  return joinCluster(options, stack);
}
