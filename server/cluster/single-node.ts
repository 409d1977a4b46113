/** What a process has of the others, and what it has when there are none. */
import type { MatchMakerDriver, Presence } from '@colyseus/core';
import type { RequestHandler } from 'express';
import type { Directory } from '#rooms/host/directory.ts';
import type { MembershipView } from '#rooms/host/membership-view.ts';
import { type Asking, askHere, type Calls } from '#server/cluster/ask.ts';
import type { Gossip, RevocationBus } from '#server/cluster/ports.ts';
import type { CreateLimiter } from '#server/limits/limiter.ts';
import type { Census } from '#server/telemetry/metrics.ts';

export type Cluster = {
  gossip: Gossip;
  /** Wall ms, of the clock that all processes share. */
  now(): number;
  revocationBus: RevocationBus;
  asking: Asking;
  limiter?: CreateLimiter;
  /** What rooms are opened with. */
  rooms: {
    owner?: string;
    membership?: MembershipView;
    colyseus?: { driver: MatchMakerDriver; presence: Presence };
  };
  census: Pick<Census, 'paused' | 'mayClaim' | 'members' | 'leaseMs'>;
  /** The code here does not go on with this room: others are asked first. */
  leave(room: string): void;
  /** Whether it has rooms at all. */
  hosts: boolean;
  /** Serves what other processes ask of this one. */
  answers?(directory: Directory, calls: Calls): RequestHandler;
  /** Once it listens: from here on the others know of it. Until `stack` is closed, the directory is told of them. */
  start(directory: Directory, port: number, stack: AsyncDisposableStack): Promise<void>;
  /** Hands everything over, or closes it. */
  handOver(directory: Directory): Promise<void>;
};

/** There is nobody to tell. */
const NO_GOSSIP: Gossip = { put() {}, others: () => [], subscribe: () => () => {} };
const NO_REVOCATION_BUS: RevocationBus = { heard: true, async tell() {}, async listen() {} };

/** One process, and no other. */
export const SINGLE_NODE: Cluster = {
  gossip: NO_GOSSIP,
  now: Date.now,
  revocationBus: NO_REVOCATION_BUS,
  asking: askHere,
  rooms: {},
  census: {},
  hosts: true,
  leave() {},
  start: async () => {},
  handOver: (directory) => directory.close(),
};
