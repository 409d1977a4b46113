/**
 * The ports of rooms to the outside, of one or two methods each; `server/compose/` wires their implementations.
 */
import type { Step } from '#rooms/host/steps.ts';
import type { Drop, Lane } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** The identity of a verified token. `player` is the pseudonym used in logs and states. */
export type Identity = {
  player: string;
  /** Display name, for presence only; never enters a log. */
  name: string;
  roles: readonly string[];
  /** The session (OpenID `sid`) this token belongs to. */
  session: string;
  /** Expiry of the token, wall ms. */
  expiresAt: number;
  /** The identity provider's own id of this person; for the database, sealed. */
  subject?: string;
};

/** Verifies an access token: signature, issuer, audience, expiry, and that its session was not ended. */
export type Authenticate = (
  token: string,
  about?: { userAgent?: string | undefined },
) => Promise<Identity | { refused: RefusalCode; detail: string; facts?: Readonly<Record<string, string>> }>;

/** An authorization request. */
export type Attributes = {
  user: { player: string; roles: readonly string[] };
  verb: string;
  resource: string;
  subresource?: string;
  name?: string;
};
/** Its decision. The zero value denies; the reason names the deciding rule. */
export type Decision = { allowed: boolean; reason: string };
export type Authorize = (attributes: Attributes) => Decision;

/** `unsure`: the session may have ended; only a token can decide. */
export type Liveness = 'live' | 'ended' | 'unsure';
/** Whether a session is still valid. Called at a reconnection, before any token is presented. */
export type SessionLiveness = { look(session: string, player: string): Promise<Liveness> };

/** A finished match to be stored in the database; `journal` and `seq` identify it. */
export type MatchOutcome = {
  journal: string;
  seq: number;
  room: string;
  game: string;
  /** Pseudonyms by seat. */
  players: string[];
  winners: number[];
  ending: string;
  startedAt: number;
  endedAt: number;
};
/** Resolves once the outcome is durable; repeated delivery changes nothing. */
export type Outcomes = { deliver(outcome: MatchOutcome): Promise<void> };

/** Called at each numbered step of the host; the kill harness terminates the process there. */
export type Steps = (step: Step) => void;

/** The logger of rooms. Never content, never tokens. */
export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** Metrics of the host; names as in `server/telemetry`. */
export type Meter = {
  appended(ms: number, batches: number): void;
  late(ms: number): void;
  fault(machine: string, kind: string): void;
  /** A room was restored; `other`: from another process. */
  restored(ms: number, from: 'self' | 'other'): void;
  /** A room was lost to another process's claim. */
  fenced(): void;
  /** A message of a lane was dropped. */
  dropped(lane: Lane, reason: Drop): void;
};

// --- journal ---------------------------------------------------------------

/** A room's record in the store, readable without any key. No personal data, no content. */
export type RoomRecord = {
  room: string;
  journal: string;
  machine: string;
  epoch: number;
  /** The process that claimed it last. */
  owner: string;
  /** Wall ms at which the room is to be woken, as last settled. */
  deadline?: number;
  /** There may be unprocessed entries or undelivered outcomes. */
  unsettled: boolean;
  /** Restores begun and not finished; after three the room is quarantined. */
  attempts: number;
  /** Reason of the quarantine; absent without one. */
  quarantined?: string;
  /** An administrator accepted a log end that other code wrote and that nothing proves. */
  acceptsUnproven?: boolean;
  /** The machine has finished; kept as a replay. */
  ended: boolean;
};

/** A fencing token: the right to write one room's journal, void once a higher epoch is claimed. */
export type Claim = { room: string; journal: string; machine: string; epoch: number };

export type Stored = { n: number; epoch: number; bytes: Uint8Array };

/**
 * A stored journal, or a page of it: the newest snapshot, entries in order, and the mark as last settled. Snapshot and
 * mark come with the first page only; `more`: further entries follow.
 */
export type Kept = { snapshot?: Stored; entries: Stored[]; mark?: string; more?: true };

/** The first page begins with the genesis or after the newest snapshot, a later one after the last batch read. */
export type Page = { after?: 'start' | 'snapshot' | number; limit?: number };
/** Entries of a page, unless said otherwise. */
export const PAGE_ENTRIES = 500;

/**
 * `fenced`: a newer epoch exists or the room has ended; stop. `unknown`: the write may or may not be durable; claim
 * again and read. `misplaced`: the batch is not the next one, or its number holds other bytes; a bug of the caller,
 * nothing was written.
 */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly fate: 'fenced' | 'unknown' | 'misplaced';
  constructor(fate: 'fenced' | 'unknown' | 'misplaced', message: string) {
    super(message);
    this.fate = fate;
  }
}

/** An index of the store over rooms that have not ended; a query reads no other rooms. */
export type RoomIndex = { unsettledOf: string } | { machine: string } | 'quarantined';

/**
 * Bytes in, bytes out, in order, fenced by epoch. One contract suite runs against every
 * implementation (`server/journal/contract.ts`). `n` counts batches from 1; entry 0 is the genesis.
 * All bytes are already sealed, and belong to the store from then on: the caller must not modify them.
 *
 * A promise resolves once its effect is durable. Calls about one room take effect in the order in which
 * they were made; rooms fail independently of one another. Every write that takes a claim rejects
 * as `fenced` once the claim is void.
 */
export type JournalStore = {
  /** `exists` if a room with this id has not ended. Epoch starts at 1; repeating the same call succeeds. */
  create(room: string, machine: string, journal: string, owner: string, genesis: Uint8Array): Promise<Claim | 'exists'>;
  /** The newest record of a room id, ended or not. */
  find(room: string): Promise<RoomRecord | undefined>;
  /** Every room that has not ended, oldest first. For the check at a start, and for tests. */
  list(): Promise<RoomRecord[]>;
  /** Ids of rooms, unordered. Quarantined rooms do not count as unsettled. */
  roomsBy(index: RoomIndex): Promise<string[]>;
  /** Owners with an unsettled room, and machines with a room: the keys of the indexes. */
  owners(): Promise<string[]>;
  machines(): Promise<string[]>;
  /** Settled rooms with a deadline at or before `at`, earliest first, at most `limit`, without quarantined ones. */
  due(at: number, limit: number): Promise<RoomRecord[]>;
  /** Raises the epoch if it is still `expect` (any, if absent); the old claim is fenced from then on. `gone`: ended or unknown. */
  claim(room: string, owner: string, expect?: number): Promise<Claim | 'gone' | 'lost'>;
  /**
   * A page for a takeover's replay: the newest snapshot, and the entries after it in order (from the genesis without a
   * snapshot). Any error but a JournalError means that this room's data is damaged. See `loadAll` of `host/pages.ts`.
   */
  load(claim: Claim, page?: Page): Promise<Kept>;
  /** Batch `n`, if the log has it. */
  entry(claim: Claim, n: number): Promise<Stored | undefined>;
  /** A page of a complete journal, ended or not, without a claim: for replays and exports. See `readAll`. */
  read(room: string, journal: string, page?: Page): Promise<Kept | undefined>;
  /** Writes batch `n`, which must be the next; repeating the same `n`, epoch and bytes succeeds. Marks the room unsettled. */
  append(claim: Claim, n: number, bytes: Uint8Array): Promise<void>;
  /** Stores a snapshot as of batch `n`, replacing the older one; `trim` deletes entries up to `n` (see `scrub`). */
  snapshot(claim: Claim, n: number, bytes: Uint8Array, trim: boolean): Promise<void>;
  /**
   * Everything up to `n` is processed; wake the room at `deadline`. No effect if entries after `n` exist. `mark` is the
   * owner's own string, stored until the next one; `acceptsUnproven` is cleared.
   */
  settle(claim: Claim, n: number, deadline: number | undefined, mark?: string): Promise<void>;
  /**
   * Begins a restore: increments the count and returns it. `restored` resets it, also under a claim that is void by now: an
   * overtaken restore did not fail.
   */
  restoring(claim: Claim): Promise<number>;
  restored(claim: Claim): Promise<void>;
  quarantine(room: string, reason: string): Promise<void>;
  /** Lifts the quarantine of a room for an administrator's retry; `unproven`: see `acceptsUnproven`. */
  retry(room: string, unproven?: boolean): Promise<void>;
  /** Ends the room; its log stays as a replay, or is deleted if `keep` is false. Repeating the call succeeds. */
  end(claim: Claim, keep: boolean): Promise<void>;
  /** Stores a process's proof of life, and reads the latest: ms of the shared clock. */
  alive(owner: string, at: number): Promise<void>;
  lastAlive(owner: string): Promise<number | undefined>;
  /** Resolves once trimmed data is gone from every file (from a server's own log at its next rewrite); coalesced, at most once a second. */
  scrub(): Promise<void>;
  close(): Promise<void>;
};

/** Seals journal entries and snapshots; see `server/keys/journal-seal.ts`. */
export type Seal = {
  /** Seals batch `n`. A claim never seals one batch with two contents, and never goes back: it throws instead. */
  entry(claim: Claim, n: number, plain: Uint8Array): Uint8Array;
  snapshot(claim: Claim, n: number, plain: Uint8Array): Uint8Array;
  /** @throws if the bytes were changed, cut, moved, or sealed under an unknown key; the error names the room. */
  open(kind: 'entry' | 'snapshot', of: { room: string; journal: string }, stored: Stored): Uint8Array;
  /** A stable secret of 32 bytes derived for one purpose, such as a room's reconnection tokens. */
  derive(purpose: string): Uint8Array;
};
