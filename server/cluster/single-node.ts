/** The cluster as a process uses it, and its single-node implementation. */
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
  /** The shared clock, wall ms. */
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
  /** True if this code cannot continue the room, so that other processes are asked first. */
  leave(room: string): void;
  /** Whether it has rooms at all. */
  hosts: boolean;
  /** Serves the calls of other processes. */
  answers?(directory: Directory, calls: Calls): RequestHandler;
  /** Called once the server listens: joins the membership, and notifies the directory until `stack` is closed. */
  start(directory: Directory, port: number, stack: AsyncDisposableStack): Promise<void>;
  /** Hands all rooms over, or closes them. */
  handOver(directory: Directory): Promise<void>;
};

/** Publishes nothing. */
const NO_GOSSIP: Gossip = { put() {}, others: () => [], otherOf: () => undefined, subscribe: () => () => {} };
const NO_REVOCATION_BUS: RevocationBus = { heard: true, async tell() {}, async listen() {} };

/** A single process. */
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
