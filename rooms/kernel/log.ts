/**
 * The entries of a room's log. Every change of a room is one of these, in order; genesis and batches rebuild it. Logs
 * contain seats and pseudonyms, never names.
 */

import { readText, textOf } from '#rooms/kernel/codec.ts';
import type { Seed } from '#rooms/kernel/random.ts';
import type { Defaults } from '#rooms/kernel/tree.ts';
import type { RefusalCode } from '#schema/refusals.ts';

export const LOG_FORMAT = 2;

/** One seat's input for a tick of a realtime machine. */
export type Input = readonly [seat: number, bytes: Uint8Array];

/** Entry 0 of every journal. */
export type Genesis = {
  format: typeof LOG_FORMAT;
  machine: string;
  /** Version of the machine code that wrote it. */
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

/** Origin of a client's command: its outbox, its id there, and the payload's fingerprint. */
export type Origin = { player: string; outbox: string; id: number; fingerprint: string };

export type LogCommand =
  /** One step with its inputs; or `n` steps (default 1) without inputs. */
  | { k: 'tick'; n?: number; inputs?: Input[] }
  /** `grants`: the command's grants that the sender had; absent without any. */
  | ({ k: 'do'; type: string; payload?: unknown; grants?: string[] } & Origin)
  /** A final refusal at the gate; consumes the command's id. */
  | ({ k: 'void'; code: RefusalCode } & Origin)
  /**
   * A player takes a seat, or takes over their own from another client. `connectionId` is Colyseus's, `holder` the client's
   * own id; `returning`: only if the seat still has that holder, or is free.
   */
  | { k: 'join'; player: string; connectionId: string; session: string; holder?: string; returning?: true }
  | { k: 'drop' | 'return' | 'leave'; seat: number; generation: number }
  | { k: 'wake' }
  /** A new owner adopted the room: `gap` ms without an owner, every seat counts as disconnected. */
  | { k: 'adopt'; gap: number }
  /** The same owner resumes after a pause of `gap` ms; no seat is disconnected. */
  | { k: 'resume'; gap: number }
  /** The command at `seq` made the machine throw: never apply it. */
  | { k: 'skip'; seq: number }
  /** The outcome of `seq` is stored in the database. */
  | { k: 'confirm'; seq: number };

export type Batch = {
  /** Wall ms, the same for the whole batch. */
  now: number;
  /** Version of the writing code; absent if the same as of the batch before. */
  version?: string;
  /** The defaults of a new version. */
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
/** The first byte of every entry of format 1. */
const BRACE = 0x7b;

/** Bytes of another log format. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** One version byte, then JSON as `codec.ts` writes it. */
export function encodeEntry(entry: Batch | Genesis | object): Uint8Array {
  return encoder.encode(VERSION_BYTE + textOf(entry));
}

/** @throws FormatError for another format. */
export function decodeEntry<T>(bytes: Uint8Array): T {
  const [version] = bytes;
  if (version === BRACE) throw new FormatError('written in log format 1 (before 0.2.0), which this code does not read');
  if (version === undefined) throw new FormatError('the entry is empty');
  if (version !== LOG_FORMAT) throw new FormatError(`written in log format ${version}; this code reads ${LOG_FORMAT}`);
  return readText<T>(decoder.decode(bytes.subarray(1)));
}
