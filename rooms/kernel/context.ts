import type { Ledger } from '#rooms/kernel/ledger.ts';
import type { Context } from '#rooms/kernel/machine.ts';
import { keyedRandom, type Random, type Seed } from '#rooms/kernel/random.ts';

/** What a machine may know at this place in the log. Dice are made only when somebody throws them. */
export function contextOf(seed: Seed, ledger: Ledger, secret: unknown, player: string, seat: number): Context {
  const { seq, now, tick, offset } = ledger;
  let random: Random | undefined;
  return {
    now,
    playTime: now - offset,
    tick,
    seq,
    player,
    seat,
    secret,
    get random() {
      random ??= keyedRandom(seed, seq);
      return random;
    },
  };
}
