/**
 * The house: takes the seat that a table keeps for it and moves like anyone else, through the same log.
 * It thinks for a moment, so that a person can see what happened.
 */
import type { Crank } from '#rooms/host/crank.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Log } from '#rooms/ports.ts';
import { HOUSE_PLAYER, type MatchState } from '#schema/states.ts';

const THINKING_MS = 700;
/** No client's outbox has a colon. */
const OUTBOX = 'host:house';

export class House {
  readonly #replica: Replica;
  readonly #crank: Crank;
  readonly #log: Log;
  #thinking = false;

  constructor(replica: Replica, crank: Crank, log: Log) {
    this.#log = log;
    this.#replica = replica;
    this.#crank = crank;
  }

  /** After every batch: sits down when somebody waits, and thinks when it is its turn. */
  look(): void {
    const { state, seats, machine, genesis, seq } = this.#replica;
    const { house, phase } = state as MatchState;
    if (!house || this.#thinking || phase === 'finished') return;
    const seat = seats.of(HOUSE_PLAYER);
    if (seat < 0) {
      if (phase === 'waiting' && seats.held().length > 0) this.#do(() => this.#sit());
      return;
    }
    // Dice of its own, outside the log: what enters the log is the move.
    const move = machine.house?.(state, seat, keyedRandom(genesis.seed, 2 ** 40 + seq));
    if (move) this.#do(() => this.#move(move), THINKING_MS);
  }

  #do(act: () => Promise<unknown>, afterMs = 0): void {
    this.#thinking = true;
    setTimeout(() => {
      const acted = act().then(() => {
        this.#thinking = false;
        if (!this.#crank.stopped) this.look();
      });
      inBackground(this.#log, 'bot', acted);
    }, afterMs);
  }

  #sit(): Promise<unknown> {
    return this.#crank.run({ k: 'join', player: HOUSE_PLAYER, session: '', login: '' });
  }

  #move({ type, payload }: { type: string; payload?: unknown }): Promise<unknown> {
    const id = this.#replica.outboxes.get(OUTBOX)?.next ?? 1;
    const print = this.#replica.print(type, payload);
    return this.#crank.run({ k: 'do', type, payload, player: HOUSE_PLAYER, outbox: OUTBOX, id, print });
  }
}
