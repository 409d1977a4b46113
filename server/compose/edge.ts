/**
 * Opens a process that is an edge and nothing else: it knows the members and where rooms are, and has no key but the
 * one that tells members from others.
 */
import { randomUUID } from 'node:crypto';
import { pulses, renew } from '#server/cluster/lease.ts';
import { limitTogether, probeLimits } from '#server/cluster/limits.ts';
import { type Links, openLinks } from '#server/cluster/links.ts';
import { Membership } from '#server/cluster/members.ts';
import { type RegistrySeal, sealOf } from '#server/cluster/registry-seal.ts';
import type { ClusterConfig, Config } from '#server/config.ts';
import { openRelay } from '#server/edge/edge.ts';
import { missingRight } from '#server/edge/redis-rights.ts';
import { probeRooms, roomFinder } from '#server/journal/room-finder.ts';
import { PLAIN } from '#server/rooms/lobby.ts';
import { StartError } from '#server/start/failures.ts';
import { watchRedis } from '#server/start/watch-redis.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type EdgeDeps = { config: Config; cluster: ClusterConfig; log: Logger };

/** Answers the port. @throws when nobody answers at Redis's address, or the port is taken. */
export async function openEdge({ config, cluster, log }: EdgeDeps, stack: AsyncDisposableStack): Promise<number> {
  const { redisUrl, leaseMs, drainMs, address } = cluster;
  const seal = await sealOf(config);
  const watch = await watchRedis(redisUrl, 'edge', log);
  stack.defer(() => watch.close());
  const links = await openLinks(redisUrl, log);
  stack.defer(() => links.close());
  const members = new Membership({
    links,
    seal,
    self: { id: randomUUID(), role: 'edge' },
    leaseMs,
    load: () => ({ rooms: 0, clients: 0, lagMs: 0 }),
    find: roomFinder(links.redis),
    plain: PLAIN,
    log,
  });
  await permitted(() => probe(links, members, seal));
  stack.defer(() => members.stop());
  const edges = () => members.present().filter(({ role }) => role === 'edge').length;
  const limiter = limitTogether(links.redis, edges);
  const port = await openRelay({ config, members, limiter, log, drainMs }, stack);
  await permitted(() => members.start(address ?? `${config.host}:${port}`));
  return port;
}

/** Whatever it will ask of Redis is asked once before anybody is let in. */
async function probe({ redis, channels }: Links, members: Membership, seal: RegistrySeal): Promise<void> {
  await pulses(redis, [channels.pulse('probe')]);
  await renew(redis, { seal, now: () => members.now() }, members.self, 0);
  await probeRooms(redis);
  await probeLimits(redis);
}

async function permitted(ask: () => Promise<void>): Promise<void> {
  await ask().catch((error: unknown) => {
    const sentence = missingRight(error);
    throw sentence === undefined ? error : new StartError('redis-rights', sentence, { cause: error });
  });
}
