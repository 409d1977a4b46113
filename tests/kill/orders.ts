/** What the parent tells a process that is meant to be killed, once it has loaded its code. */
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

export const JOURNAL = 'journal.sqlite';
export const OUTCOMES = 'outcomes';
