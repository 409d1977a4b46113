/**
 * A process that is an edge and nothing else: it knows the members and where rooms are, and has no key but the one
 * that tells members from others.
 */
import { randomUUID } from 'node:crypto';
import { pulses, renew } from '#server/cluster/lease.ts';
import { limitTogether, probeLimits } from '#server/cluster/limits.ts';
import { openLinks } from '#server/cluster/links.ts';
import { Membership } from '#server/cluster/members.ts';
import { sealOf } from '#server/cluster/registry-seal.ts';
import type { ClusterConfig, Config } from '#server/config.ts';
import { type Edge, startEdge } from '#server/edge/edge.ts';
import { missingRight } from '#server/edge/redis-rights.ts';
import { probeRooms, roomFinder } from '#server/journal/room-finder.ts';
import { StartError } from '#server/start/failures.ts';
import { watchRedis } from '#server/start/watch-redis.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** @throws when nobody answers at Redis's address, or the port is taken. */
export async function startEdgeRole(
  config: Config,
  { redisUrl, leaseMs, drainMs, address }: ClusterConfig,
  plain: ReadonlySet<string>,
  log: Logger,
): Promise<Edge> {
  const seal = await sealOf(config);
  const watch = await watchRedis(redisUrl, 'edge', log);
  const links = await openLinks(redisUrl, log);
  const hangUp = () => {
    watch.close();
    links.close();
  };
  const members = new Membership({
    links,
    seal,
    self: { id: randomUUID(), role: 'edge' },
    leaseMs,
    load: () => ({ rooms: 0, clients: 0, lagMs: 0 }),
    find: roomFinder(links.redis),
    plain,
    log,
  });
  const edges = () => members.present().filter(({ role }) => role === 'edge').length;
  const limiter = limitTogether(links.redis, edges);
  try {
    // Whatever it will ask of Redis is asked once before anybody is let in.
    await pulses(links.redis, [links.channels.pulse('probe')]);
    await renew(links.redis, { seal, now: () => members.now() }, members.self, 0);
    await probeRooms(links.redis);
    await probeLimits(links.redis);
  } catch (error) {
    hangUp();
    throw refused(error);
  }
  const edge = await startEdge({ config, members, limiter, log, drainMs });
  try {
    await members.start(address ?? `${config.host}:${edge.port}`);
  } catch (error) {
    await edge.close();
    hangUp();
    throw refused(error);
  }
  return {
    ...edge,
    async close() {
      await edge.close();
      await members.stop();
      hangUp();
    },
  };
}

function refused(error: unknown): unknown {
  const sentence = missingRight(error);
  return sentence === undefined ? error : new StartError('redis-rights', sentence, { cause: error });
}
