/**
 * The words a client and a durable room exchange. Commands, and what precedes them, are requests (`room.request`),
 * never `send`; the other lanes are bytes (`room.sendBytes`), which nobody answers. Every durable room speaks this and
 * nothing else.
 */
import { z } from 'zod';
import type { RefusalCode } from '#schema/refusals.ts';

export const PROTOCOL_VERSION = 1;

/** Commands a client may have sent and not yet seen answered; also the size of a resend batch. */
export const OUTBOX_WINDOW = 64;
/** Largest frame a client may send, in bytes. */
export const MAX_PAYLOAD = 32 * 1024;

/** Largest payload of one command, in bytes as JSON. */
export const MAX_COMMAND = 16 * 1024;

export const REQUEST = { resume: 'resume', submit: 'submit', refresh: 'refresh' } as const;

/** Lanes of bytes beside commands, by the type of the message; see `lanes.ts`. */
export const LANE = { input: 'input', signal: 'signal' } as const;
export type Lane = (typeof LANE)[keyof typeof LANE];
/** Most that a machine may let one input have, in bytes. */
export const MAX_INPUT = 512;
/** The same of one signal: an offer of WebRTC fits. */
export const MAX_SIGNAL = 16 * 1024;

/**
 * What a room says unasked beside its state: whether it is paused (true or false); how far it got with this connection's
 * inputs (`Ack`, as bytes); and that it dropped something of a lane (`Dropped`), once for each reason and connection.
 */
export const NOTICE = { paused: 'paused', ack: 'ack', dropped: 'dropped' } as const;

/** Why something of a lane was dropped: the room has no such lane, or the reason has a name there. */
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

/** WebSocket close codes. `retry` is the only one after which the SDK dials again by itself. */
export const CLOSE = {
  consented: 4000,
  retry: 4010,
  displaced: 4100,
  sessionEnded: 4101,
  roomEnded: 4102,
  endedByAdministrator: 4103,
} as const;

/** Random per page load; two tabs never share one. */
const outboxId = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);

/**
 * Options of a join. `holder` is random per page load and room; a seat remembers the one that took it last. With
 * `returning` the join is refused as `displaced` when the player's seat has another holder by now: a device that was
 * away does not take the seat from the one in use.
 */
export const joinOptions = z.strictObject({ holder: outboxId.optional(), returning: z.boolean().optional() });
export type JoinOptions = z.infer<typeof joinOptions>;

/** The first request on every connection, before anything else is taken. */
export const resumeRequest = z.strictObject({ outbox: outboxId, token: z.string().max(8192).optional() });
export type ResumeRequest = z.infer<typeof resumeRequest>;
export type ResumeReply = {
  ok: true;
  /** Name of the machine that the room runs: it says what there is to draw. */
  machine: string;
  /** The id the room expects next from this outbox. */
  expect: number;
  /** Last place in the room's log. */
  seq: number;
  /** This player's seat, and id (a pseudonym). */
  seat: number;
  player: string;
  /** The room's clock when it answered: wall ms, and playTime ms. */
  now: number;
  playTime: number;
  /** It stands still and takes no commands, for now. */
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

/** The answer to one command. `seq` is its place in the log, where it has one. */
export type Reply =
  | { ok: true; seq: number }
  | { ok: false; code: RefusalCode; seq?: number; expect?: number; field?: string; retryAfterMs?: number };

/** One reply per command, in order. */
export type SubmitReply = { ok: true; replies: Reply[] };

/** A fresh access token for a connection that outlives the one it joined with. */
export const refreshRequest = z.strictObject({ token: z.string().max(8192) });
/** `now`: the room's wall clock when it answered, ms. */
export type RefreshReply = { ok: true; expiresAt: number; now: number };

export type Refused = Extract<Reply, { ok: false }>;
