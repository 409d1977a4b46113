/**
 * The definition of a kind of room: plain data and pure functions. No clock, no randomness, no I/O; the only inputs of a
 * machine are its state, its payload and `ctx`.
 */
import type { Schema } from '@colyseus/schema';
import type { z } from 'zod';
import type { Input } from '#rooms/kernel/log.ts';
import type { Random } from '#rooms/kernel/random.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { RoomState } from '#schema/states.ts';

/** Input of a machine's functions beside the state. `secret` is snapshotted and hashed, never synced. */
export type Context<Secret = unknown> = {
  /** Wall clock, ms since 1970, stamped once per batch; never goes back. */
  readonly now: number;
  /** As `now`, but stops while the room has no owner or is paused. */
  readonly playTime: number;
  /** Steps run so far. */
  readonly tick: number;
  /** Seq of the command being handled; consecutive steps may share one. */
  readonly seq: number;
  /** The actor's pseudonym, `''` for the host itself. */
  readonly player: string;
  /** The actor's seat, -1 without one. */
  readonly seat: number;
  /** Whether the sender had this grant (see `Command.grants`) when the command was logged. */
  readonly may: (grant: string) => boolean;
  /** Inputs of the seats for this step; empty elsewhere. */
  readonly inputs: readonly Input[];
  /** Keyed by (room seed, seq, step): the same command draws the same numbers on every replay. */
  readonly random: Random;
  readonly secret: Secret;
};

/** A deadline: its clock, and the time in that clock's ms. */
export type Deadline = { clock: 'now' | 'playTime'; at: number };

/**
 * The result of a finished room. `players` are pseudonyms by seat; without them the host uses the current seats, which
 * lack a player whose leaving ended the match.
 */
export type Result = { winners: number[]; ending: string; players?: string[] };

/** The permission required by a command, or by a join. */
export type Access = { verb: string; resource: string; subresource?: string };

/** One kind of command: `check` only reads, `apply` mutates and cannot fail. `Own`: the machine's own refusal codes. */
export type Command<S extends RoomState, Secret, P, Own extends string = never> = {
  payload: z.ZodType<P>;
  /** The permission required of the sender; the machine's `access` if absent. */
  access?: Access;
  /**
   * Further permissions that `check` may read, by name. The gate evaluates each, and the log records the granted names for
   * replays: `ctx.may(name)`.
   */
  grants?: Readonly<Record<string, Access>>;
  /** At most `points` per `perMs` and player; the gate refuses more as `rate`. */
  rate?: { points: number; perMs: number };
  check?(state: S, payload: P, ctx: Context<Secret>): RefusalCode | Own | undefined;
  apply(state: S, payload: P, ctx: Context<Secret>): void;
};

/** Inputs of a realtime machine, as bytes; its `step` must accept any bytes. */
export type InputLane = {
  /** A step gets the newest input of each seat, or the oldest queued one, in order. */
  order: 'latest' | 'queue';
  /** Largest input in bytes, up to `MAX_INPUT`. */
  bytes: number;
  /** Largest rate of one connection, per second. */
  perSecond: number;
  /** The permission required of the sender; the machine's `access` if absent. */
  access?: Access;
};

/** Signals between connections: the host relays them, and neither log nor state ever contains them. */
export type SignalLane = Omit<InputLane, 'order'>;

export type Commands<S extends RoomState, Secret, Payloads, Own extends string = never> = {
  [K in keyof Payloads]: Command<S, Secret, Payloads[K], Own>;
};

/**
 * The kind of room for everything outside of it. A `match` has seats, a result and a place in the lobby
 * (its listing is a `TableListing`); a `channel` is talk; a `board` is state that people change together.
 */
export const KINDS = ['match', 'channel', 'board'] as const;
export type Kind = (typeof KINDS)[number];

/** A seat as the machine's hooks see it. */
export type Sitting = { seat: number; player: string };

export type Machine<S extends RoomState = RoomState, Secret = unknown, Payloads = Record<string, unknown>> = {
  /** Unique; the Colyseus room name, and the machine's key in the registry. */
  name: string;
  kind: Kind;
  /** `import.meta.url` of the defining file, from which the version is hashed. */
  source: string;
  /** `log`: the log is kept as the replay. `state`: only the state is kept, so deleted data is gone. */
  keeps: 'log' | 'state';
  State: new () => S;
  secret(): Secret;
  /** The creator's settings; parsed once, stored in the genesis entry. */
  config: z.ZodType;
  /** The part of `config` that a person may choose: for the API, and for a form. */
  options?: z.ZodType;
  /** Fewest seats to play (default 1), most seats, and the absence (playTime ms) after which a seat ends. */
  seats: {
    min?: number;
    max: number;
    lapseMs: number;
    /** With all seats taken, a newcomer gets the one absent longest. */
    yields?: true;
  };
  /** Replaces `seats.lapseMs` by state: an open match frees absent seats sooner than a running one. */
  lapseMs?(state: S): number;
  /** Steps per second of a realtime machine; absent for one that only reacts. */
  rate?: number;
  /** The permission required to join, and by every command without its own `access`. */
  /** The room whose seated players alone may join this one; empty for a room open to all with `joinAccess`. */
  restrictedTo?(state: S): string;
  joinAccess: Access;
  access: Access;
  setup(state: S, config: unknown, ctx: Context<Secret>): void;
  commands: Commands<S, Secret, Payloads>;
  /** The machine's own refusals: code and sentence; clients receive `<name>/<code>`. */
  refusals?: Readonly<Record<string, string>>;
  /** Absent for a machine without inputs. */
  inputs?: InputLane;
  /** Absent for a machine without signals. */
  signals?: SignalLane;

  /** Whether this player may take a new seat. Not called for a player who has one. */
  admit?(state: S, player: string, ctx: Context<Secret>): RefusalCode | undefined;
  join?(state: S, sitting: Sitting, ctx: Context<Secret>): void;
  drop?(state: S, sitting: Sitting, ctx: Context<Secret>): void;
  return?(state: S, sitting: Sitting, ctx: Context<Secret>): void;
  leave?(state: S, sitting: Sitting, ctx: Context<Secret>): void;

  /** The time of the next `wake`; read after every batch. */
  deadline?(state: S, secret: Secret): Deadline | undefined;
  wake?(state: S, ctx: Context<Secret>): void;
  step?(state: S, ctx: Context<Secret>): void;
  /** Whether the room steps in this state; default: always. */
  ticks?(state: S): boolean;

  /** Commands and endings that reveal hidden data; the laws check secrecy up to one of these. */
  reveals?: readonly string[];

  /** The `.view()` parts of the state that this seat sees. Without it, all seats see the same. */
  view?(state: S, seat: number, secret: Secret): readonly Schema[];
  /** The result, once there is one; delivered exactly once. */
  outcome?(state: S): Result | undefined;
  /** The room's listing. No names, no tokens. */
  listing?(state: S): Record<string, unknown>;
  /** A move of the bot in `seat`, or undefined if it is not its turn. `view` is the state as a client in that seat decodes it. */
  bot?(view: S, seat: number, random: Random): { type: string; payload?: unknown } | undefined;
};

// biome-ignore lint/suspicious/noExplicitAny: a registry holds machines of every state
export type AnyMachine = Machine<any, any, any>;
