/** One process of many, wired: what it knows of the others, what it tells them, and what it asks of them. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { matchMaker } from '@colyseus/core';
import { inBackground } from '#rooms/host/in-background.ts';
import type { JournalStore } from '#rooms/ports.ts';
import type { Cluster, ClusterParts } from '#server/cluster/alone.ts';
import { redisBoard } from '#server/cluster/board.ts';
import { drain } from '#server/cluster/drain.ts';
import { FencedDriver } from '#server/cluster/driver.ts';
import { limitTogether } from '#server/cluster/limits.ts';
import { openLinks } from '#server/cluster/links.ts';
import { Membership } from '#server/cluster/members.ts';
import { neighboursOf } from '#server/cluster/neighbours.ts';
import { redisNews } from '#server/cluster/news.ts';
import { askOwners, type PeerCalls } from '#server/cluster/owners.ts';
import { answerPeers, createPeers } from '#server/cluster/peers.ts';
import { TolerantPresence } from '#server/cluster/presence.ts';
import { redialTogether } from '#server/cluster/redis.ts';
import type { RegistrySeal } from '#server/cluster/registry-seal.ts';
import { hosts } from '#server/cluster/rendezvous.ts';
import type { ClusterConfig } from '#server/config.ts';
import { hostPort } from '#server/http/address.ts';
import type { Logger } from '#server/telemetry/log.ts';

const SWEEP_MS = 5_000;
const NANOS = 1e6;

export type ClusterOptions = ClusterParts & {
  config: ClusterConfig & { host: string };
  /** Shared by all processes, and nobody else. */
  key: Uint8Array;
  /** As `key`; edges have it, too. */
  seal: RegistrySeal;
  store: JournalStore;
  plain: ReadonlySet<string>;
  /** Stands for the rules that this process runs. */
  code: string;
  log: Logger;
};

/** @throws RedisAway when nobody answers there. */
export async function joinCluster(options: ClusterOptions): Promise<Cluster> {
  const { config, key, seal, store, plain, code, log, directory } = options;
  const links = await openLinks(config.redisUrl, log);
  const presence = await new TolerantPresence(links.redis, links.channels.library).open();
  redialTogether(config.redisUrl, presence.listener);
  const driver = new FencedDriver({
    redis: links.redis,
    epochOf: (room) => directory().loaded(room)?.journal.claim.epoch,
  });
  matchMaker.setHealthChecksEnabled(false); // leases tell who is dead
  await matchMaker.setup(presence, driver); // gives this process its id
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  const self = { id: matchMaker.processId, role: config.role, code };
  const members = new Membership({
    links,
    seal,
    self,
    leaseMs: config.leaseMs,
    load() {
      const lagMs = Math.round(Number.isNaN(lag.mean) ? 0 : lag.mean / NANOS - 20);
      lag.reset();
      return { rooms: directory().size, clients: matchMaker.stats.local.ccu, lagMs: Math.max(0, lagMs) };
    },
    find: (room) => store.find(room),
    plain,
    log,
  });
  const board = redisBoard(links, members, log);
  const shared = { key, now: () => members.now(), log };
  const peers = createPeers<PeerCalls>(shared);
  const calls = () => ({
    ...options.calls(),
    take: ({ room, from }: { room: string; from: string }) =>
      directory()
        .take(room, from)
        .then((refused) => refused ?? null),
  });
  let sweeping: NodeJS.Timeout | undefined;

  const sweep = () => {
    if (!members.mayClaim) return;
    driver.sweep(new Set(members.present().map(({ id }) => id))).catch(() => {}); // at the next one, then
  };

  function follow(event: 'lapsed' | 'steady' | 'members'): void {
    if (event === 'lapsed') directory().pause();
    if (event === 'steady') directory().resume();
    if (event !== 'members')
      log.warn({ lease: event }, event === 'lapsed' ? 'the rooms are paused' : 'the rooms go on');
    if (event === 'members' && members.mayClaim) {
      sweep();
      directory()
        .adopt()
        .catch((error: Error) => log.warn({ reason: error.message }, 'adopting rooms has to wait'));
    }
  }

  return {
    board,
    now: () => members.now(),
    news: redisNews(links, () => members.steady),
    ask: askOwners({ members, peers, calls: options.calls }),
    limiter: limitTogether(links.redis, () => members.present().length),
    peers: answerPeers({ ...shared, id: self.id, calls }),
    rooms: {
      owner: self.id,
      neighbours: neighboursOf(members),
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
    async start(port) {
      await members.start(config.address ?? hostPort(config.host, port));
      await board.start();
      members.on(follow);
      members.onClaim((room, owner, epoch) => {
        if (owner !== self.id) inBackground(log, 'lose', directory().lose(room, epoch));
      });
      sweeping = setInterval(sweep, SWEEP_MS);
    },
    handOver: () => drain({ directory: directory(), members, peers, withinMs: config.drainMs, log }),
    async stop() {
      clearInterval(sweeping);
      lag.disable();
      await board.stop();
      await members.stop();
      presence.shutdown();
      links.close();
    },
  };
}
