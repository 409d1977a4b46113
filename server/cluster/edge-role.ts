/** A process that is an edge and nothing else: it knows the members and where rooms are, and has no key. */
import { randomUUID } from 'node:crypto';
import { limitTogether } from '#server/cluster/limits.ts';
import { openLinks } from '#server/cluster/links.ts';
import { Membership } from '#server/cluster/members.ts';
import type { ClusterConfig, Config } from '#server/config.ts';
import { type Edge, startEdge } from '#server/edge/edge.ts';
import { redisStore } from '#server/journal/redis.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** @throws when nobody answers at Redis's address, or the port is taken. */
export async function startEdgeRole(
  config: Config,
  { redisUrl, leaseMs, drainMs, address }: ClusterConfig,
  plain: ReadonlySet<string>,
  log: Logger,
): Promise<Edge> {
  const store = await redisStore(redisUrl, log);
  const links = await openLinks(redisUrl, log);
  const members = new Membership({
    links,
    self: { id: randomUUID(), role: 'edge' },
    leaseMs,
    load: () => ({ rooms: 0, clients: 0, lagMs: 0 }),
    find: (room) => store.find(room),
    plain,
    log,
  });
  const edges = () => members.present().filter(({ role }) => role === 'edge').length;
  const limiter = limitTogether(links.redis, edges);
  const edge = await startEdge({ config, members, limiter, log, drainMs });
  await members.start(address ?? `${config.host}:${edge.port}`);
  return {
    ...edge,
    async close() {
      await edge.close();
      await members.stop();
      links.close();
      await store.close();
    },
  };
}
