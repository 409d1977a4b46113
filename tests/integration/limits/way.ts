/** A way in: what may come by it, what that may cost, and how a hostile client floods it. One object is one row. */
import type { World } from './world.ts';

/** On average for one unit of a flood; bytes, except for `compiled` and `calls`. */
export type Cost = {
  /** JSON that was written, a measure of work. */
  json: number;
  /** Functions compiled from what came in. */
  compiled: number;
  /** Bytes of answers. */
  answered: number;
  /** Bytes appended to journals, and given to the database to keep. */
  kept: number;
  logged: number;
  /** Calls to the journal, the database and the registry. */
  calls: number;
  /** Bytes of memory in use once it is over, counted after a collection. */
  held: number;
};

export type Flood = {
  /** Requests, frames or dials that were sent. */
  units: number;
  /** Bytes of them. */
  received: number;
  /** Bytes of the answers. */
  answered: number;
  /** Those that were not refused for coming too often. */
  admitted: number;
  /** Questions to the registry of processes, where a flood asks one. */
  calls?: number;
};

export type Way = {
  /** What comes in. */
  way: string;
  /** Who may send it. */
  by: string;
  /** The name of the player who sends it; registered before anything is counted. */
  as?: string;
  /** What is refused before any work, in words. */
  limit: string;
  /** How many of a flood may be admitted, where they are counted. */
  admits?: number;
  /** Most that one unit may cost. */
  budget: Partial<Cost>;
  flood(world: World): Promise<Flood>;
};

/** Where a budget names nothing else: a line, a short answer, and what the process does by itself meanwhile. */
export const USUAL: Cost = {
  json: 1_024,
  compiled: 0.5,
  answered: 1_024,
  kept: 64,
  logged: 1_024,
  calls: 0.2,
  held: 65_536,
};
