/**
 * What becomes of calls to the journal on their way, drawn from a seed; the same for a real Redis and for a
 * simulated one. Whoever carries the calls does what is said here and tells what came of it.
 */
import { keyedRandom } from '#rooms/kernel/random.ts';

/** When an append that was thought lost gets there after all. */
const WHEN = ['with-claim', 'after-claim', 'after-load'] as const;
const AGAIN = ['at-once', 'soon', 'after-claim'] as const;

export type Mishap =
  /** It was done, the answer never comes, the connection is gone. */
  | { kind: 'lost-reply' }
  /** It was not done, and the connection is gone. */
  | { kind: 'lost-request' }
  /** It was done, and is done once more with the same bytes, then or later. */
  | { kind: 'twice'; when: (typeof AGAIN)[number]; afterMs: number }
  /** The connection is gone, and the call arrives together with a successor's claim, or after it. */
  | { kind: 'late'; when: (typeof WHEN)[number] }
  /** It was done, and nothing is answered for longer than anybody waits; then everything is. */
  | { kind: 'stall'; ms: number };

export type Kind = Mishap['kind'];

/** A call as far as mishaps go; `epoch` of those under a claim. */
export type Call = { name: string; room: string; epoch: number };
/** Something that still has to arrive. `deliver` tells how it went: `ok`, or what kept it from that. */
export type Stray = Call & { deliver(): Promise<string> };
/** What a call to the journal means for strays of its room. */
export type Passing = 'claims' | 'claimed' | 'loaded';

export type MishapOptions = {
  seed: number;
  /** Of a thousand appends, so many meet with something. */
  perMille: number;
  /** Only what befell these calls, by their number, in the order in which they were made. */
  only?: ReadonlySet<number>;
};

const OTHERS = new Set(['create', 'claim', 'load', 'restoring', 'restored', 'snapshot', 'settle']);
/** Calls other than appends meet with something this much less often, and only with losses. */
const RARER = 8;
/** Calls that still follow when only some are to meet with anything. */
const AFTERWARDS = 300;
const STALL_MS = { least: 1_050, more: 300 };

export class Mishaps {
  readonly #o: MishapOptions;
  #calls = 0;
  /** Appends that met with something, by kind. */
  readonly counts: Record<Kind, number> = { 'lost-reply': 0, 'lost-request': 0, twice: 0, late: 0, stall: 0 };
  /** Numbers of the calls that met with something. */
  readonly struck: number[] = [];
  /** How it went with what arrived late or once more. */
  readonly strays: Record<string, number> = {};
  /** Appends that were taken although a successor had claimed; a sentence each. */
  readonly unfenced: string[] = [];
  readonly #held = new Map<string, { on: Passing; stray: Stray }[]>();
  readonly #arriving = new Set<Promise<void>>();
  /** Nothing befalls anybody any more. */
  over = false;

  constructor(options: MishapOptions) {
    this.#o = options;
  }

  /** Appends that met with something. */
  get appends(): number {
    return Object.values(this.counts).reduce((sum, one) => sum + one, 0);
  }

  /** All that was to befall somebody has. */
  get exhausted(): boolean {
    const { only } = this.#o;
    return only !== undefined && this.#calls > Math.max(0, ...only) + AFTERWARDS;
  }

  /** What befalls the next call, if anything does. */
  next({ name }: Call): Mishap | undefined {
    const number = this.#calls++;
    if (this.over || (this.#o.only && !this.#o.only.has(number))) return undefined;
    const mishap = this.#draw(name, number);
    if (!mishap) return undefined;
    this.struck.push(number);
    if (name === 'append') this.counts[mishap.kind]++;
    return mishap;
  }

  #draw(name: string, number: number): Mishap | undefined {
    const random = keyedRandom([this.#o.seed], number);
    const often = random.below(1000 * RARER);
    if (name !== 'append') {
      if (!OTHERS.has(name) || often >= this.#o.perMille) return undefined;
      return { kind: random.below(2) === 0 ? 'lost-reply' : 'lost-request' };
    }
    if (often >= this.#o.perMille * RARER) return undefined;
    const draw = random.below(100);
    if (draw < 25) return { kind: 'lost-reply' };
    if (draw < 40) return { kind: 'lost-request' };
    if (draw < 70) return { kind: 'twice', when: random.pick(AGAIN), afterMs: 1 + random.below(60) };
    if (draw < 97) return { kind: 'late', when: random.pick(WHEN) };
    return { kind: 'stall', ms: STALL_MS.least + random.below(STALL_MS.more) };
  }

  /** The stray waits until that happens in its room. */
  hold(stray: Stray, when: (typeof WHEN)[number]): void {
    const on = ({ 'with-claim': 'claims', 'after-claim': 'claimed', 'after-load': 'loaded' } as const)[when];
    this.#held.set(stray.room, [...(this.#held.get(stray.room) ?? []), { on, stray }]);
  }

  /** A call passes by; `epoch` of the claim, once there is one. What waited for it is on its way from now on. */
  passes(room: string, what: Passing, epoch?: number): void {
    const held = this.#held.get(room) ?? [];
    // An own epoch's claim and load came before it.
    const goes = ({ on, stray }: (typeof held)[number]) => on === what && (epoch === undefined || epoch > stray.epoch);
    this.#held.set(
      room,
      held.filter((one) => !goes(one)),
    );
    for (const { stray } of held.filter(goes)) this.arrive(stray, epoch);
  }

  /** `after`: the epoch of a claim that was answered before. */
  arrive(stray: Stray, after?: number): void {
    const arriving = stray.deliver().then((how) => {
      this.strays[how] = (this.strays[how] ?? 0) + 1;
      if (how !== 'ok' || after === undefined || after <= stray.epoch) return;
      this.unfenced.push(`${stray.room}: an append of epoch ${stray.epoch} was taken after the claim of ${after}`);
    });
    this.#arriving.add(arriving);
    void arriving.finally(() => this.#arriving.delete(arriving));
  }

  /** Whatever still waits arrives now; resolves when all has. */
  async flush(): Promise<void> {
    for (const held of this.#held.values()) for (const { stray } of held.splice(0)) this.arrive(stray);
    await Promise.all(this.#arriving);
  }
}
