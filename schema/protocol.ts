/**
 * The messages between a client and a durable room; `docs/reference/protocol.md` describes them. Commands, and the
 * requests before them, are requests (`room.request`), never `send`; the other lanes are bytes (`room.sendBytes`)
 * without replies. Every durable room speaks this protocol and no other.
 */
import { z } from 'zod';
import type { RefusalCode } from '#schema/refusals.ts';

export const PROTOCOL_VERSION = 1;

/** Largest number of unanswered commands of a client, and of commands in one request. */
export const OUTBOX_WINDOW = 64;
/** Largest frame a client may send, in bytes. */
export const MAX_PAYLOAD = 32 * 1024;

/** Largest payload of one command, in bytes as JSON. */
export const MAX_COMMAND = 16 * 1024;

export const REQUEST = { resume: 'resume', submit: 'submit', refresh: 'refresh' } as const;

/** Lanes of bytes beside commands, by the type of the message; see `lanes.ts`. */
export const LANE = { input: 'input', signal: 'signal' } as const;
export type Lane = (typeof LANE)[keyof typeof LANE];
/** Largest input that a machine may declare, in bytes. */
export const MAX_INPUT = 512;
/** Largest signal that a machine may declare, in bytes; an offer of WebRTC fits. */
export const MAX_SIGNAL = 16 * 1024;

/**
 * Messages from a room beside its state: whether it is paused (boolean); the acknowledgement of this connection's inputs
 * (`Ack`, as bytes); and a drop of a lane's message (`Dropped`), once for each reason and connection.
 */
export const NOTICE = { paused: 'paused', ack: 'ack', dropped: 'dropped' } as const;

/** Reasons to drop a message of a lane. */
export const DROPS = [
  'no-lane',
  'not-resumed',
  'forbidden',
  'malformed',
  'oversized',
  'rate',
  'overflow',
  'paused',
  'resting',
] as const;
export type Drop = (typeof DROPS)[number];
export type Dropped = { lane: Lane; reason: Drop };

/** WebSocket close codes. `retry` is the only one after which the SDK reconnects by itself. */
export const CLOSE = {
  consented: 4000,
  retry: 4010,
  displaced: 4100,
  sessionEnded: 4101,
  roomEnded: 4102,
  endedByAdministrator: 4103,
} as const;

/** Random per page load, so two tabs have different ones. */
const outboxId = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);

/**
 * Options of a join. `holder` is random per page load and room; a seat remembers its last holder. With `returning` the
 * join is refused as `displaced` if the player's seat has another holder by now: a device that reconnects does not take
 * the seat from the one in use.
 */
export const joinOptions = z.strictObject({ holder: outboxId.optional(), returning: z.boolean().optional() });
export type JoinOptions = z.infer<typeof joinOptions>;

/** The first request on every connection; the room refuses any other before it. */
export const resumeRequest = z.strictObject({ outbox: outboxId, token: z.string().max(8192).optional() });
export type ResumeRequest = z.infer<typeof resumeRequest>;
export type ResumeReply = {
  ok: true;
  /** Name of the room's machine; the client selects the view by it. */
  machine: string;
  /** The id the room expects next from this outbox. */
  expect: number;
  /** Seq of the last entry in the room's log. */
  seq: number;
  /** This player's seat and pseudonym. */
  seat: number;
  player: string;
  /** The room's clock when it answered: wall ms, and playTime ms. */
  now: number;
  playTime: number;
  /** True while the room is paused and refuses commands. */
  paused: boolean;
};

/** Commands with contiguous ids `first, first+1, …`. A resend carries the whole window in one. */
export const submitRequest = z.strictObject({
  first: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  commands: z
    .array(z.strictObject({ type: z.string().min(1).max(40), payload: z.unknown().optional() }))
    .min(1)
    .max(OUTBOX_WINDOW),
});
export type SubmitRequest = z.infer<typeof submitRequest>;

/** The answer to one command. `seq` is that of its log entry, if it has one. */
export type Reply =
  | { ok: true; seq: number }
  | { ok: false; code: RefusalCode; seq?: number; expect?: number; field?: string; retryAfterMs?: number };

/** One reply per command, in order. */
export type SubmitReply = { ok: true; replies: Reply[] };

/** A fresh access token, for a connection whose first token expires. */
export const refreshRequest = z.strictObject({ token: z.string().max(8192) });
/** `now`: the room's wall clock when it answered, ms. */
export type RefreshReply = { ok: true; expiresAt: number; now: number };

export type Refused = Extract<Reply, { ok: false }>;
