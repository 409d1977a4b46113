/** What the parent tells a process that is meant to be killed, once it has loaded its code. */
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import type { Plant } from './plants.ts';

export type Orders = {
  dataDir: string;
  port: number;
  issuer: { issuer: string; audience: string; client: string; jwksUrl: string };
  /** As `PARLOR_TEST_KILL`. */
  kill?: string;
  plant?: Plant;
  /** Rooms to make unless they are there: room id and machine. */
  rooms: [room: string, machine: string][];
};

/** What the process says back. */
export type Said = 'loaded' | 'ready';

export const MACHINES: readonly AnyMachine[] = [probe, channel, connectFour];

export const JOURNAL = 'journal.sqlite';
export const OUTCOMES = 'outcomes';
