/** One process of many: what it knows of the others, what it tells them, and what it asks of them. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { matchMaker } from '@colyseus/core';
import type { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { drain } from '#server/cluster/drain.ts';
import { FencedDriver } from '#server/cluster/driver.ts';
import { followMembers } from '#server/cluster/follow.ts';
import { redisGossip } from '#server/cluster/gossip.ts';
import { limitTogether } from '#server/cluster/limits.ts';
import { openLinks } from '#server/cluster/links.ts';
import { Membership } from '#server/cluster/members.ts';
import { membershipViewOf } from '#server/cluster/membership-view.ts';
import { askOwners, type PeerCalls } from '#server/cluster/owners.ts';
import { answerPeers, createPeers } from '#server/cluster/peers.ts';
import { TolerantPresence } from '#server/cluster/presence.ts';
import { redialTogether } from '#server/cluster/redis.ts';
import type { RegistrySeal } from '#server/cluster/registry-seal.ts';
import { hosts } from '#server/cluster/rendezvous.ts';
import { redisRevocationBus } from '#server/cluster/revocation-bus.ts';
import type { Cluster } from '#server/cluster/single-node.ts';
import type { ClusterConfig } from '#server/config.ts';
import { hostPort } from '#server/limits/address.ts';
import type { Logger } from '#server/telemetry/log.ts';

const NANOS = 1e6;

export type ClusterOptions = {
  config: ClusterConfig & { host: string };
  /** The key shared by all processes. */
  key: Uint8Array;
  /** As `key`; edges have it, too. */
  seal: RegistrySeal;
  store: JournalStore;
  /** The rooms of this process. */
  rooms: HostedRooms;
  plain: ReadonlySet<string>;
  /** Stands for the rules that this process runs. */
  code: string;
  log: Logger;
};

/** @throws RedisAway when nobody answers there. */
export async function joinCluster(options: ClusterOptions, stack: AsyncDisposableStack): Promise<Cluster> {
  const { config, key, seal, store, rooms, plain, code, log } = options;
  const links = await openLinks(config.redisUrl, log);
  stack.defer(() => links.close());
  const presence = new TolerantPresence(links.redis, links.channels.library);
  stack.defer(() => presence.shutdown());
  await presence.open();
  redialTogether(config.redisUrl, presence.listener);
  const driver = new FencedDriver({ redis: links.redis, epochOf: (room) => rooms.get(room)?.journal.claim.epoch });
  stack.defer(() => driver.shutdown());
  await matchMaker.setup(presence, driver); // gives this process its id
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  stack.defer(() => {
    lag.disable();
  });
  const self = { id: matchMaker.processId, role: config.role, code };
  const members = new Membership({
    links,
    seal,
    self,
    leaseMs: config.leaseMs,
    load() {
      const lagMs = Math.round(Number.isNaN(lag.mean) ? 0 : lag.mean / NANOS - 20);
      lag.reset();
      return { rooms: rooms.size, clients: matchMaker.stats.local.ccu, lagMs: Math.max(0, lagMs) };
    },
    find: (room) => store.find(room),
    plain,
    log,
  });
  stack.defer(() => members.stop());
  const gossip = redisGossip(links, members, log);
  stack.defer(() => gossip.stop());
  const shared = { key, now: () => members.now(), log };
  const peers = createPeers<PeerCalls>(shared);

  return {
    gossip,
    now: () => members.now(),
    revocationBus: redisRevocationBus(links, () => members.steady),
    asking: askOwners({ members, peers }),
    limiter: limitTogether(links.redis, () => members.present().length),
    rooms: {
      owner: self.id,
      membership: membershipViewOf(members),
      colyseus: { driver, presence },
    },
    census: {
      paused: () => !members.steady,
      mayClaim: () => members.mayClaim,
      members: () => members.present().length,
      leaseMs: () => members.heldMs,
    },
    leave: (room) => {
      members.leave(room);
    },
    hosts: hosts({ ...members.self, draining: false }),
    answers: (directory, calls) => {
      const take: PeerCalls['take'] = async ({ room, from }) => (await directory.take(room, from)) ?? null;
      return answerPeers({ ...shared, id: self.id, calls: { ...calls, take } });
    },
    async start(directory, port, started) {
      await members.start(config.address ?? hostPort(config.host, port));
      await gossip.start();
      followMembers({ members, driver, directory, log }, started);
    },
    handOver: (directory) => drain({ directory, members, peers, withinMs: config.drainMs, log }),
  };
}
