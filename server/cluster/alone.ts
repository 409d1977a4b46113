/** What a process has of the others, and what it has when there are none. */
import type { MatchMakerDriver, Presence } from '@colyseus/core';
import type { RequestHandler } from 'express';
import type { Directory } from '#rooms/host/directory.ts';
import type { Neighbours } from '#rooms/host/neighbours.ts';
import type { CreateLimiter } from '#server/limits/limiter.ts';
import type { Census } from '#server/telemetry/metrics.ts';
import { type Ask, askHere, type HostCalls, type RoomCalls } from '#server/world/ask.ts';
import { type Board, NO_BOARD } from '#server/world/board.ts';
import { type News, NO_NEWS } from '#server/world/news.ts';

export type Cluster = {
  board: Board;
  /** Wall ms, of the clock that all processes share. */
  now(): number;
  news: News;
  ask: Ask;
  limiter?: CreateLimiter;
  /** What other processes ask of this one. */
  peers?: RequestHandler;
  /** What rooms are opened with. */
  rooms: {
    owner?: string;
    neighbours?: Neighbours;
    colyseus?: { driver: MatchMakerDriver; presence: Presence };
  };
  census: Pick<Census, 'paused' | 'mayClaim' | 'members' | 'leaseMs'>;
  /** The code here does not go on with this room: others are asked first. */
  leave(room: string): void;
  /** Whether it has rooms at all. */
  hosts: boolean;
  /** Once it listens: from here on the others know of it. */
  start(port: number): Promise<void>;
  /** Hands everything over, or closes it. */
  handOver(): Promise<void>;
  stop(): Promise<void>;
};

export type ClusterParts = {
  /** Asked late: they are made after this. */
  directory(): Directory;
  calls(): RoomCalls & HostCalls;
};

/** One process, and no other. */
export function alone({ directory, calls }: ClusterParts): Cluster {
  return {
    board: NO_BOARD,
    now: Date.now,
    news: NO_NEWS,
    ask: askHere(calls),
    rooms: {},
    census: {},
    hosts: true,
    start: async () => {},
    leave() {},
    handOver: () => directory().close(),
    stop: async () => {},
  };
}
