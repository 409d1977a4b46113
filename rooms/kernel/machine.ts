/**
 * What the author of a room writes: plain data and pure functions. No clock, no dice, no I/O; what a
 * machine may know comes in by its state, its payload and `ctx`.
 */
import type { Schema } from '@colyseus/schema';
import type { z } from 'zod';
import type { Input } from '#rooms/kernel/log.ts';
import type { Random } from '#rooms/kernel/random.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { RoomState } from '#schema/states.ts';

/** What a machine's functions know beside the state. `secret` is snapshotted and hashed, never synced. */
export type Context<Secret = unknown> = {
  /** Wall clock, ms since 1970, stamped once per batch; never goes back. */
  readonly now: number;
  /** As `now`, but stands still while the room has no owner or is paused. */
  readonly playTime: number;
  /** Steps run so far. */
  readonly tick: number;
  /** Place in the log of the command being handled; steps in a row may share one. */
  readonly seq: number;
  /** Who acts: a pseudonym, `''` for the host itself. */
  readonly player: string;
  /** The actor's seat, -1 without one. */
  readonly seat: number;
  /** Was this grant of the command (see `Command.grants`) given to the sender when the log took it? */
  readonly may: (grant: string) => boolean;
  /** What seats sent for this step; empty elsewhere. */
  readonly inputs: readonly Input[];
  /** Keyed by (room seed, seq, step): the same command draws the same numbers on every replay. */
  readonly random: Random;
  readonly secret: Secret;
};

/** On which clock a deadline lies, and when, in that clock's ms. */
export type Deadline = { clock: 'now' | 'playTime'; at: number };

/**
 * What a finished room hands on. `players` are pseudonyms by seat; without them the host tells who sits
 * there now, which forgets a player whose leaving ended it.
 */
export type Result = { winners: number[]; ending: string; players?: string[] };

/** What `Authorize` is asked for a command, and for joining. */
export type Access = { verb: string; resource: string; subresource?: string };

/** One kind of command: `check` only reads, `apply` mutates and cannot fail. `Own`: words for refusals of the machine's own. */
export type Command<S extends RoomState, Secret, P, Own extends string = never> = {
  payload: z.ZodType<P>;
  /** What the sender must be allowed to do; the machine's `access` when absent. */
  access?: Access;
  /**
   * Further rights that decide what the command may do, by names of its own. The gate asks `Authorize` for each and
   * the log keeps the names of those given, so that a replay knows them: `ctx.may(name)`.
   */
  grants?: Readonly<Record<string, Access>>;
  /** At most `points` per `perMs` and player, refused at the gate with `rate`. */
  rate?: { points: number; perMs: number };
  check?(state: S, payload: P, ctx: Context<Secret>): RefusalCode | Own | undefined;
  apply(state: S, payload: P, ctx: Context<Secret>): void;
};

/** What seats may send for the steps of a realtime machine, as bytes; its `step` must take any. */
export type InputLane = {
  /** A step gets the newest of each seat, or the oldest that waits, in order. */
  order: 'latest' | 'queue';
  /** Most bytes of one, up to `MAX_INPUT`. */
  bytes: number;
  /** Most a second of one connection. */
  perSecond: number;
  /** What the sender must be allowed to do; the machine's `access` when absent. */
  access?: Access;
};

/** What connections may say to one another: the host relays it, and neither log nor state ever has it. */
export type SignalLane = Omit<InputLane, 'order'>;

export type Commands<S extends RoomState, Secret, Payloads, Own extends string = never> = {
  [K in keyof Payloads]: Command<S, Secret, Payloads[K], Own>;
};

/**
 * What a room of the machine is to everything outside of it. A `match` has seats, a result and a place in the lobby
 * (its listing is a `TableListing`); a `channel` is talk; a `board` is state that people change together.
 */
export const KINDS = ['match', 'channel', 'board'] as const;
export type Kind = (typeof KINDS)[number];

/** A seat as the machine's hooks see it. */
export type Sitting = { seat: number; player: string };

export type Machine<S extends RoomState = RoomState, Secret = unknown, Payloads = Record<string, unknown>> = {
  /** Unique; the Colyseus room name, and the machine's place in the registry. */
  name: string;
  kind: Kind;
  /** `import.meta.url` of the file that defines it: what its version is a hash of. */
  source: string;
  /** `log`: the log is the replay and stays. `state`: what the machine deletes is gone. */
  keeps: 'log' | 'state';
  State: new () => S;
  secret(): Secret;
  /** What the creator may set; parsed once, kept in the genesis entry. */
  config: z.ZodType;
  /** The part of `config` that a person may choose: for the API, and for a form. */
  options?: z.ZodType;
  /** Fewest seats that it takes to play (1, when left out), most seats, and after how long (playTime ms) an absent one ends by itself. */
  seats: {
    min?: number;
    max: number;
    lapseMs: number;
    /** When all are taken, the one that has been absent longest goes to a newcomer. */
    yields?: true;
  };
  /** Stands in for `seats.lapseMs` as things are now: an open table lets go sooner than a running match. */
  lapseMs?(state: S): number;
  /** Steps per second of a realtime machine; absent for one that only reacts. */
  rate?: number;
  /** What joining asks of `Authorize`, and every command that names no access of its own. */
  /** The room whose seats alone may join this one; empty when it is open to all whom `joinAccess` lets in. */
  restrictedTo?(state: S): string;
  joinAccess: Access;
  access: Access;
  setup(state: S, config: unknown, ctx: Context<Secret>): void;
  commands: Commands<S, Secret, Payloads>;
  /** Its own reasons to refuse, with the sentence for each; `check` answers `<name>/<word>`. */
  refusals?: Readonly<Record<string, string>>;
  /** A machine without it takes no inputs. */
  inputs?: InputLane;
  /** A machine without it relays no signals. */
  signals?: SignalLane;

  /** May this player take a new seat? Not asked of one who has a seat. */
  admit?(state: S, player: string, ctx: Context<Secret>): RefusalCode | undefined;
  join?(state: S, sitting: Sitting, ctx: Context<Secret>): void;
  drop?(state: S, sitting: Sitting, ctx: Context<Secret>): void;
  return?(state: S, sitting: Sitting, ctx: Context<Secret>): void;
  leave?(state: S, sitting: Sitting, ctx: Context<Secret>): void;

  /** When the machine next wants `wake`; asked after every batch. */
  deadline?(state: S, secret: Secret): Deadline | undefined;
  wake?(state: S, ctx: Context<Secret>): void;
  step?(state: S, ctx: Context<Secret>): void;
  /** Whether there is anything to step, as things stand; always, when left out. */
  ticks?(state: S): boolean;

  /** Commands and endings that show what was hidden until then; the laws hold a machine to its secrets up to one of these. */
  reveals?: readonly string[];

  /** Which `.view()` parts of the state this seat sees. Without it, all see the same. */
  view?(state: S, seat: number, secret: Secret): readonly Schema[];
  /** The result, once there is one; it is handed on exactly once. */
  outcome?(state: S): Result | undefined;
  /** What the listing of rooms shows of this one. No names, no tokens. */
  listing?(state: S): Record<string, unknown>;
  /** A modest move for the bot in `seat`, or nothing when it is not its turn. `view` is what a client in that seat has decoded. */
  bot?(view: S, seat: number, random: Random): { type: string; payload?: unknown } | undefined;
};

// biome-ignore lint/suspicious/noExplicitAny: a registry holds machines of every state
export type AnyMachine = Machine<any, any, any>;
