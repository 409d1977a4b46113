/**
 * What rooms ask of the outside. Each is one or two methods; `server/compose/` wires what fits.
 */
import type { Step } from '#rooms/host/steps.ts';
import type { Drop, Lane } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** Who is behind a token. `player` is the pseudonym that logs and states carry. */
export type Identity = {
  player: string;
  /** Display name, for presence only; never enters a log. */
  name: string;
  roles: readonly string[];
  /** The session (OpenID `sid`) this token belongs to. */
  session: string;
  /** When the token lapses, wall ms. */
  expiresAt: number;
  /** The identity provider's own id of this person; for the database, sealed. */
  subject?: string;
};

/** Verifies an access token: signature, issuer, audience, expiry, and that its session was not ended. */
export type Authenticate = (
  token: string,
  about?: { userAgent?: string | undefined },
) => Promise<Identity | { refused: RefusalCode; detail: string; facts?: Readonly<Record<string, string>> }>;

/** One question … */
export type Attributes = {
  user: { player: string; roles: readonly string[] };
  verb: string;
  resource: string;
  subresource?: string;
  name?: string;
};
/** … one answer. The zero value denies; the reason names what decided. */
export type Decision = { allowed: boolean; reason: string };
export type Authorize = (attributes: Attributes) => Decision;

/** `unsure`: it may have ended, and only a token can tell. */
export type Liveness = 'live' | 'ended' | 'unsure';
/** Is this session still good? Asked when a seat's holder returns, before any token is seen. */
export type SessionLiveness = { look(session: string, player: string): Promise<Liveness> };

/** A finished match, on its way to the database; its room makes it once, `journal` and `seq` say where it stands. */
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
/** Resolves once it is durable; delivering the same outcome again changes nothing. */
export type Outcomes = { deliver(outcome: MatchOutcome): Promise<void> };

/** Called at each numbered step of the host; the kill harness dies there. */
export type Steps = (step: Step) => void;

/** Where a room's own log lines go. Never content, never tokens. */
export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** What the host counts and times; names as in `server/telemetry`. */
export type Meter = {
  appended(ms: number, batches: number): void;
  late(ms: number): void;
  fault(machine: string, kind: string): void;
  /** A room was restored; `other`: it was another process's before. */
  restored(ms: number, from: 'self' | 'other'): void;
  /** A room was given up because somebody else has claimed it. */
  fenced(): void;
  /** Something of a lane that answers nothing was dropped. */
  dropped(lane: Lane, reason: Drop): void;
};

// --- journal ---------------------------------------------------------------

/** What the store knows of a room without any key. Nothing personal, no content. */
export type RoomRecord = {
  room: string;
  journal: string;
  machine: string;
  epoch: number;
  /** The process that claimed it last. */
  owner: string;
  /** Wall ms at which the room wants to be woken, as last settled. */
  deadline?: number;
  /** There may be entries or outcomes that nobody has looked after. */
  unsettled: boolean;
  /** Restores begun and not finished; after three the room is quarantined. */
  attempts: number;
  /** Why the room was quarantined; absent while it is fine. */
  quarantined?: string;
  /** An administrator lets it go on although other code wrote its end and nothing proves that this agrees. */
  acceptsUnproven?: boolean;
  /** The machine has finished; kept as a replay. */
  ended: boolean;
};

/** A right to write one room's journal: void as soon as someone claims a higher epoch. */
export type Claim = { room: string; journal: string; machine: string; epoch: number };

export type Stored = { n: number; epoch: number; bytes: Uint8Array };

/**
 * A journal as it lies there, or a page of it: the newest snapshot, entries in order, and the mark as last settled.
 * Snapshot and mark come with the first page only; `more`: entries lie beyond the last one.
 */
export type Kept = { snapshot?: Stored; entries: Stored[]; mark?: string; more?: true };

/** The first page begins with the genesis or after the newest snapshot, a later one after the batch that was read last. */
export type Page = { after?: 'start' | 'snapshot' | number; limit?: number };
/** Entries of a page, unless said otherwise. */
export const PAGE_ENTRIES = 500;

/**
 * `fenced`: a newer epoch exists or the room is over, stop. `unknown`: it may or may not be durable;
 * claim anew and read. `misplaced`: the batch is not the next one, or its place holds other bytes; a
 * bug of the caller, nothing was written.
 */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly fate: 'fenced' | 'unknown' | 'misplaced';
  constructor(fate: 'fenced' | 'unknown' | 'misplaced', message: string) {
    super(message);
    this.fate = fate;
  }
}

/** One of the indexes that a store keeps of rooms that have not ended; no other room is read to answer from it. */
export type RoomIndex = { unsettledOf: string } | { machine: string } | 'quarantined';

/**
 * Bytes in, bytes out, in order, fenced by epoch. One contract suite runs against every
 * implementation (`server/journal/contract.ts`). `n` counts batches from 1; entry 0 is the genesis.
 * All bytes are sealed before they come here, and belong to the store from then on: a caller does not
 * write into them again.
 *
 * A promise resolves once its effect is durable. Calls about one room take effect in the order in which
 * they were made; nothing ties the fate of one room to that of another. Every write that takes a claim rejects
 * as `fenced` once the claim is void.
 */
export type JournalStore = {
  /** `exists` when the room id is taken by a room that has not ended. Epoch starts at 1; the same call again is a success. */
  create(room: string, machine: string, journal: string, owner: string, genesis: Uint8Array): Promise<Claim | 'exists'>;
  /** The newest record of a room id, ended or not. */
  find(room: string): Promise<RoomRecord | undefined>;
  /** Every room that has not ended, oldest first: as many records. For checks of everything at a start, and for tests. */
  list(): Promise<RoomRecord[]>;
  /** Ids of rooms, in no order. A room that is quarantined is nobody's unsettled one. */
  roomsBy(index: RoomIndex): Promise<string[]>;
  /** Owners that have an unsettled room, and machines that have a room: what the indexes may be asked for. */
  owners(): Promise<string[]>;
  machines(): Promise<string[]>;
  /** Settled rooms with a deadline at or before `at`, earliest first, at most `limit`; none that is quarantined. */
  due(at: number, limit: number): Promise<RoomRecord[]>;
  /** Raises the epoch if it still is `expect` (any, when absent); the old claim is fenced from then on. `gone`: over, or never was. */
  claim(room: string, owner: string, expect?: number): Promise<Claim | 'gone' | 'lost'>;
  /**
   * A page of what a takeover replays: the newest snapshot, and the entries after it in order (from the genesis, when
   * there is no snapshot). An error that is no JournalError says that what lies there cannot be read: this room is
   * damaged, no other. See `loadAll` of `host/pages.ts`.
   */
  load(claim: Claim, page?: Page): Promise<Kept>;
  /** Batch `n`, if the log has it. */
  entry(claim: Claim, n: number): Promise<Stored | undefined>;
  /** A page of everything that is kept of a journal, ended or not, without a claim: for replays and exports. See `readAll`. */
  read(room: string, journal: string, page?: Page): Promise<Kept | undefined>;
  /** Writes batch `n`, which must be the next; the same `n` and epoch with the same bytes again is a success. Marks the room unsettled. */
  append(claim: Claim, n: number, bytes: Uint8Array): Promise<void>;
  /** Stores a snapshot as of batch `n`, in place of the older one; with `trim`, entries up to `n` go, for good (see `scrub`). */
  snapshot(claim: Claim, n: number, bytes: Uint8Array, trim: boolean): Promise<void>;
  /**
   * Everything up to `n` is looked after; wake the room at `deadline`. No effect when entries after `n` exist. `mark` is a
   * word of the owner's, kept until the next one; `acceptsUnproven` ends.
   */
  settle(claim: Claim, n: number, deadline: number | undefined, mark?: string): Promise<void>;
  /**
   * Begins a restore: counts it, and answers the count. `restored` resets it, also under a claim that is void by
   * now: a restore that somebody else overtook did not fail.
   */
  restoring(claim: Claim): Promise<number>;
  restored(claim: Claim): Promise<void>;
  quarantine(room: string, reason: string): Promise<void>;
  /** Lets an administrator try a room again that was quarantined; `unproven`: see `acceptsUnproven`. */
  retry(room: string, unproven?: boolean): Promise<void>;
  /** The room is over; its log stays as a replay, or goes when `keep` is false. Again is a success. */
  end(claim: Claim, keep: boolean): Promise<void>;
  /** Proof of life of a process, and the last one it gave: ms of the clock that all owners share. */
  alive(owner: string, at: number): Promise<void>;
  lastAlive(owner: string): Promise<number | undefined>;
  /** Resolves once what was trimmed before is gone from every file (from a server's own log at its next rewrite); coalesced, at most once a second. */
  scrub(): Promise<void>;
  close(): Promise<void>;
};

/** Seals what goes into journals; see `server/keys/journal-seal.ts`. */
export type Seal = {
  /** Seals batch `n`. A claim never seals one batch with two contents, and never goes back: it throws instead. */
  entry(claim: Claim, n: number, plain: Uint8Array): Uint8Array;
  snapshot(claim: Claim, n: number, plain: Uint8Array): Uint8Array;
  /** Throws when the bytes were changed, cut, moved to another place, or sealed under a key that is not here; the error names the room. */
  open(kind: 'entry' | 'snapshot', of: { room: string; journal: string }, stored: Stored): Uint8Array;
  /** A stable secret of 32 bytes derived for one purpose, such as a room's reconnection tokens. */
  derive(purpose: string): Uint8Array;
};
