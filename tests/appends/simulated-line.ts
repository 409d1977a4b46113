/**
 * The way from a store to a journal in memory, as a network would have it: calls take a while, in order, and meet
 * with mishaps. What was on its way when a connection broke may still arrive, and nobody hears of it.
 */
import type { Random } from '#rooms/kernel/random.ts';
import type { Claim, JournalStore } from '#rooms/ports.ts';
import { JournalError } from '#rooms/ports.ts';
import { unknown } from '#server/journal/fates.ts';
import type { FakeClock } from './fake-clock.ts';
import type { Call, Mishap, Mishaps, Stray } from './mishaps.ts';

export type SimulatedLineOptions = {
  clock: FakeClock;
  random: Random;
  mishaps: Mishaps;
  journal: JournalStore;
};

type Sent = { wire: number; settle(error: unknown, answer?: unknown): void };
type Method = (...given: unknown[]) => Promise<unknown>;

const TRAVEL_MS = { least: 1, more: 4 };
/** As of the store over Redis. */
const ANSWER_MS = 1_000;

export class SimulatedLine {
  readonly #o: SimulatedLineOptions;
  /** Which connection is the one that stands; it counts up. */
  #wire = 0;
  #stalledUntil = 0;
  #there = 0;
  #back = 0;
  readonly #open = new Set<Sent>();
  readonly store: JournalStore;

  constructor(options: SimulatedLineOptions) {
    this.#o = options;
    const methods = Object.keys(options.journal) as (keyof JournalStore)[];
    this.store = Object.fromEntries(
      methods.map((name) => [name, (...given: unknown[]) => this.#send(name, given)]),
    ) as unknown as JournalStore;
  }

  #send(name: keyof JournalStore, given: unknown[]): Promise<unknown> {
    const { clock, mishaps } = this.#o;
    const call = callOf(name, given);
    const mishap = mishaps.next(call);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const sent: Sent = {
      wire: this.#wire,
      settle: (error, answer) => {
        this.#open.delete(sent);
        if (error) reject(error);
        else resolve(answer);
      },
    };
    this.#open.add(sent);
    clock.after(ANSWER_MS, () => sent.settle(unknown('no answer came in time')));
    const stray = () => ({ ...call, deliver: () => verdictOf(this.#do(name, given)) });
    if (mishap?.kind === 'lost-request') this.#cut();
    else if (mishap?.kind === 'late') {
      mishaps.hold(stray(), mishap.when);
      this.#cut();
    } else {
      this.#arrive(sent, call, mishap, () => this.#do(name, given));
      if (mishap?.kind === 'twice') this.#again(mishap, stray);
    }
    return promise;
  }

  #again({ when, afterMs }: Extract<Mishap, { kind: 'twice' }>, stray: () => Stray): void {
    const { clock, mishaps } = this.#o;
    if (when === 'after-claim') mishaps.hold(stray(), when);
    else clock.after(when === 'at-once' ? TRAVEL_MS.more : afterMs, () => mishaps.arrive(stray()));
  }

  #arrive(sent: Sent, call: Call, mishap: Mishap | undefined, act: () => Promise<unknown>): void {
    const { clock, mishaps } = this.#o;
    this.#there = Math.max(this.#there, clock.now + this.#travel());
    clock.after(this.#there - clock.now, async () => {
      if (call.name === 'claim') mishaps.passes(call.room, 'claims');
      const [error, answer] = await act().then(
        (answer) => [undefined, answer],
        (error: unknown) => [error],
      );
      if (!error && call.name === 'claim' && typeof answer !== 'string')
        mishaps.passes(call.room, 'claimed', (answer as Claim).epoch);
      if (!error && call.name === 'load') mishaps.passes(call.room, 'loaded', call.epoch);
      if (sent.wire !== this.#wire) return;
      if (mishap?.kind === 'lost-reply') return this.#cut();
      if (mishap?.kind === 'stall') this.#stalledUntil = clock.now + mishap.ms;
      this.#back = Math.max(this.#back, this.#stalledUntil, clock.now + this.#travel());
      clock.after(this.#back - clock.now, () => {
        if (sent.wire === this.#wire) sent.settle(error, answer);
      });
    });
  }

  /** The connection is gone, and there is another at once. */
  #cut(): void {
    this.#wire++;
    this.#stalledUntil = 0;
    for (const sent of [...this.#open]) sent.settle(unknown('the connection broke'));
  }

  #do(name: keyof JournalStore, given: unknown[]): Promise<unknown> {
    return (this.#o.journal[name] as Method)(...given);
  }

  #travel(): number {
    return TRAVEL_MS.least + this.#o.random.below(TRAVEL_MS.more);
  }
}

function callOf(name: string, [first]: unknown[]): Call {
  if (typeof first === 'string') return { name, room: first, epoch: 0 };
  const { room, epoch } = (first ?? { room: '', epoch: 0 }) as Claim;
  return { name, room, epoch };
}

async function verdictOf(done: Promise<unknown>): Promise<string> {
  try {
    await done;
    return 'ok';
  } catch (error) {
    return error instanceof JournalError ? error.fate : String(error);
  }
}
