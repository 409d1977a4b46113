/**
 * What a room's log is made of. Everything that ever changes a room is one of these, in order; the
 * genesis and the batches rebuild it. Logs name seats and pseudonyms, never people.
 */

import { readText, textOf } from '#rooms/kernel/codec.ts';
import type { Seed } from '#rooms/kernel/random.ts';
import type { Defaults } from '#rooms/kernel/tree.ts';
import type { RefusalCode } from '#schema/refusals.ts';

export const LOG_FORMAT = 2;

/** What one seat sent for a tick of a realtime machine. */
export type Input = readonly [seat: number, bytes: Uint8Array];

/** Entry 0 of every journal. */
export type Genesis = {
  format: typeof LOG_FORMAT;
  machine: string;
  /** The machine's code version that wrote it. */
  version: string;
  room: string;
  /** Random journal id. */
  journal: string;
  seed: Seed;
  config: unknown;
  createdAt: number;
  /** See `Defaults`: of the code that wrote it. */
  defaults?: Defaults;
};

/** Where a client's command came from: an outbox, its id there, and the payload's fingerprint. */
export type Origin = { player: string; outbox: string; id: number; fingerprint: string };

export type LogCommand =
  /** One step with what seats sent for it; or `n` steps (1 when absent) that nobody sent anything for. */
  | { k: 'tick'; n?: number; inputs?: Input[] }
  /** `grants`: which of the command's grants the sender had; absent without any. */
  | ({ k: 'do'; type: string; payload?: unknown; grants?: string[] } & Origin)
  /** Refused for good at the gate; consumes its id. */
  | ({ k: 'void'; code: RefusalCode } & Origin)
  /**
   * A player takes a seat, or takes their own again from elsewhere. `connectionId` is Colyseus's, `holder` the client's own
   * id for itself; `returning`: only while the seat is still that holder's, or free.
   */
  | { k: 'join'; player: string; connectionId: string; session: string; holder?: string; returning?: true }
  | { k: 'drop' | 'return' | 'leave'; seat: number; generation: number }
  | { k: 'wake' }
  /** A new owner took the room: `gap` ms without one, every seat counts as dropped. */
  | { k: 'adopt'; gap: number }
  /** The same owner goes on after a pause of `gap` ms; nobody is dropped. */
  | { k: 'resume'; gap: number }
  /** The command at `seq` faulted the machine: never apply it. */
  | { k: 'skip'; seq: number }
  /** The outcome of `seq` is in the database. */
  | { k: 'confirm'; seq: number };

export type Batch = {
  /** Wall ms, the same for the whole batch. */
  now: number;
  /** The code that wrote it; absent when the same as the batch before. */
  version?: string;
  /** With a version that is another than before: its defaults. */
  defaults?: Defaults;
  commands: LogCommand[];
  /** Refusals of the batch before: [seq, code]. Empty ones are left out. */
  verdicts?: [number, RefusalCode][];
  /** State hash before this batch, at least once a second while batches come. */
  hash?: string;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const VERSION_BYTE = String.fromCharCode(LOG_FORMAT);
/** What every entry of format 1 began with. */
const BRACE = 0x7b;

/** Bytes of another log format. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** One version byte, then JSON as `codec.ts` writes it. */
export function encodeEntry(entry: Batch | Genesis | object): Uint8Array {
  return encoder.encode(VERSION_BYTE + textOf(entry));
}

/** @throws FormatError when another format wrote it. */
export function decodeEntry<T>(bytes: Uint8Array): T {
  const [version] = bytes;
  if (version === BRACE) throw new FormatError('written in log format 1 (before 0.2.0), which this code does not read');
  if (version === undefined) throw new FormatError('the entry is empty');
  if (version !== LOG_FORMAT) throw new FormatError(`written in log format ${version}; this code reads ${LOG_FORMAT}`);
  return readText<T>(decoder.decode(bytes.subarray(1)));
}
