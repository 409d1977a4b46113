import type { Ledger } from '#rooms/kernel/ledger.ts';
import type { Input } from '#rooms/kernel/log.ts';
import type { Context } from '#rooms/kernel/machine.ts';
import { keyedRandom, type Random, type Seed } from '#rooms/kernel/random.ts';

/** The actor of a command, and its inputs beside the payload. */
export type Actor = {
  player: string;
  seat: number;
  grants?: readonly string[] | undefined;
  inputs?: readonly Input[] | undefined;
  /** Index among the steps that share a seq. */
  step?: number;
};

/** The host itself. */
export const HOST: Actor = { player: '', seat: -1 };
const NONE: readonly never[] = [];

/**
 * A machine's inputs at one seq of the log. The random generator is created on first use. A class, because one instance is
 * made for every tick, and a literal would define its getters each time.
 */
export class LogContext implements Context {
  readonly now: number;
  readonly playTime: number;
  readonly tick: number;
  readonly seq: number;
  readonly player: string;
  readonly seat: number;
  readonly secret: unknown;
  readonly #seed: Seed;
  readonly inputs: readonly Input[];
  readonly #grants: readonly string[];
  readonly #step: number;
  #random: Random | undefined;

  constructor(seed: Seed, { seq, now, tick, offset }: Ledger, secret: unknown, actor: Actor) {
    const { player, seat, grants = NONE, inputs = NONE, step = 0 } = actor;
    this.now = now;
    this.playTime = now - offset;
    this.tick = tick;
    this.seq = seq;
    this.player = player;
    this.seat = seat;
    this.secret = secret;
    this.#seed = seed;
    this.#grants = grants;
    this.inputs = inputs;
    this.#step = step;
  }

  get may(): (grant: string) => boolean {
    return (grant) => this.#grants.includes(grant);
  }

  get random(): Random {
    this.#random ??= keyedRandom(this.#seed, this.seq, this.#step);
    return this.#random;
  }
}
