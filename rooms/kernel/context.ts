import type { Ledger } from '#rooms/kernel/ledger.ts';
import type { Context } from '#rooms/kernel/machine.ts';
import { keyedRandom, type Random, type Seed } from '#rooms/kernel/random.ts';

/** Who acts, and with which grants of the command. */
export type Actor = { player: string; seat: number; grants?: readonly string[] | undefined };

/** The host itself. */
export const HOST: Actor = { player: '', seat: -1 };
const NONE: readonly string[] = [];

/**
 * What a machine may know at this place in the log. Dice are made only when somebody throws them. A class,
 * because one is made for every tick, and a getter in a literal is defined anew each time.
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
  readonly #grants: readonly string[];
  #random: Random | undefined;

  constructor(seed: Seed, { seq, now, tick, offset }: Ledger, secret: unknown, { player, seat, grants = NONE }: Actor) {
    this.now = now;
    this.playTime = now - offset;
    this.tick = tick;
    this.seq = seq;
    this.player = player;
    this.seat = seat;
    this.secret = secret;
    this.#seed = seed;
    this.#grants = grants;
  }

  get may(): (grant: string) => boolean {
    return (grant) => this.#grants.includes(grant);
  }

  get random(): Random {
    this.#random ??= keyedRandom(this.#seed, this.seq);
    return this.#random;
  }
}
