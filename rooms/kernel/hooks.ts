/**
 * A machine's functions as its host calls them outside of a command. One that throws, or answers what it must
 * not, is a `HookFault` of its room and of nothing else: every answer is checked and bounded before it is used.
 */
import { Schema } from '@colyseus/schema';
import { z } from 'zod';
import { HookFault } from '#rooms/kernel/fault.ts';
import type { AnyMachine, Deadline, Result } from '#rooms/kernel/machine.ts';
import type { Random } from '#rooms/kernel/random.ts';
import type { SeatView } from '#rooms/kernel/seat-view.ts';
import { isHostRefusal, type RefusalCode } from '#schema/refusals.ts';
import type { RoomState } from '#schema/states.ts';

/** Parts of a state that one seat may be shown, characters of a listing as JSON, and of a word or a pseudonym. */
const MAX_PARTS = 4_096;
const MAX_LISTING = 8_192;
const MAX_WORD = 64;
/** Milliseconds that a `Date` holds. */
const MAX_TIME = 8.64e15;

const time = z.number().min(-MAX_TIME).max(MAX_TIME);
const deadline = z.strictObject({ clock: z.enum(['now', 'playTime']), at: time });
const lapse = z.number().min(0).or(z.literal(Number.POSITIVE_INFINITY));
const listing = z.record(z.string(), z.json());
const move = z.strictObject({ type: z.string().max(MAX_WORD), payload: z.unknown() });
const NONE: readonly Schema[] = [];

export type Move = { type: string; payload?: unknown };

export class Hooks {
  readonly #machine: AnyMachine;
  readonly #state: RoomState;
  readonly #secret: unknown;
  #result: z.ZodType<Result> | undefined;

  constructor(machine: AnyMachine, state: RoomState, secret: unknown) {
    this.#machine = machine;
    this.#state = state;
    this.#secret = secret;
  }

  /** How long an absent seat is held, as things stand. */
  lapseMs(): number {
    const { lapseMs, seats } = this.#machine;
    return lapseMs ? guarded('lapseMs', () => lapse.parse(sync(lapseMs(this.#state)))) : seats.lapseMs;
  }

  deadline(): Deadline | undefined {
    return guarded('deadline', () => {
      const answer = sync(this.#machine.deadline?.(this.#state, this.#secret));
      return answer === undefined ? undefined : deadline.parse(answer);
    });
  }

  /** Whether a realtime room has anything to step. */
  ticks(): boolean {
    return guarded('ticks', () => z.boolean().parse(sync(this.#machine.ticks?.(this.#state) ?? true)));
  }

  outcome(): Result | undefined {
    return guarded('outcome', () => {
      const answer = sync(this.#machine.outcome?.(this.#state));
      if (answer === undefined) return undefined;
      this.#result ??= resultOf(this.#machine.seats.max);
      return this.#result.parse(answer);
    });
  }

  listing(): Record<string, unknown> | undefined {
    return guarded('listing', () => {
      const answer = sync(this.#machine.listing?.(this.#state));
      if (answer === undefined) return undefined;
      const listed = listing.parse(answer);
      if (JSON.stringify(listed).length > MAX_LISTING) throw new Error(`it has more than ${MAX_LISTING} characters`);
      return listed;
    });
  }

  /** Brings what the connection in `seat` sees up to date. */
  show(view: SeatView, seat: number): void {
    guarded('view', () => {
      const parts = sync(this.#machine.view?.(this.#state, seat, this.#secret)) ?? NONE;
      if (!Array.isArray(parts) || parts.length > MAX_PARTS || !parts.every((part) => part instanceof Schema)) {
        throw new Error('it is no list of parts of the state');
      }
      view.refresh(parts);
    });
  }

  /** What the bot in `seat` does, from what that seat sees. */
  bot(seen: RoomState, seat: number, random: Random): Move | undefined {
    return guarded('bot', () => {
      const answer = sync(this.#machine.bot?.(seen, seat, random));
      return answer === undefined ? undefined : move.parse(answer);
    });
  }
}

function resultOf(seats: number): z.ZodType<Result> {
  return z.strictObject({
    winners: z.array(z.int().min(0).lt(seats)).max(seats),
    ending: z.string().max(MAX_WORD),
    players: z.array(z.string().max(MAX_WORD)).max(seats).optional(),
  }) as z.ZodType<Result>;
}

/** Runs what a machine wrote. @throws HookFault, and nothing else. */
export function guarded<T>(hook: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw cause instanceof HookFault ? cause : new HookFault(hook, cause);
  }
}

/** The answer of a function that must not put anything off: what it may have put off is not waited for. */
export function sync<T>(answer: T): T {
  if (answer instanceof Object && typeof (answer as unknown as PromiseLike<unknown>).then === 'function') {
    (answer as unknown as PromiseLike<unknown>).then(undefined, () => {});
    throw new Error('it answers a promise');
  }
  return answer;
}

/**
 * The code of what `check` or `admit` answered: a code of the host, or one of the machine's own refusals, which becomes
 * a code that no other machine has. Throws for anything else.
 */
export function refusalIn(answer: unknown, { name, refusals = {} }: AnyMachine): RefusalCode | undefined {
  if (sync(answer) === undefined || isHostRefusal(answer)) return answer as RefusalCode | undefined;
  if (typeof answer === 'string' && Object.hasOwn(refusals, answer)) return `${name}/${answer}`;
  throw new Error('a refusal is a code of schema/refusals.ts, or one of the refusals that the machine declares');
}
