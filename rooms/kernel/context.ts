import type { Ledger } from '#rooms/kernel/ledger.ts';
import type { Context } from '#rooms/kernel/machine.ts';
import { keyedRandom, type Random, type Seed } from '#rooms/kernel/random.ts';

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
  #random: Random | undefined;

  constructor(seed: Seed, { seq, now, tick, offset }: Ledger, secret: unknown, player: string, seat: number) {
    this.now = now;
    this.playTime = now - offset;
    this.tick = tick;
    this.seq = seq;
    this.player = player;
    this.seat = seat;
    this.secret = secret;
    this.#seed = seed;
  }

  get random(): Random {
    this.#random ??= keyedRandom(this.#seed, this.seq);
    return this.#random;
  }
}
