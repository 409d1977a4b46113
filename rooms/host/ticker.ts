/**
 * One clock for all realtime rooms of a process. Ticks lie on an absolute grid, so that a rate of 20 is 20
 * states a second and not 19; rooms of one rate share a turn of the event loop, and so a journal transaction.
 * A library timer per room drifts, and shares nothing.
 */

/** Steps made up for after a hitch; the rest is let go. */
const MAX_CATCH_UP = 5;
/** Colyseus counts messages per second by a clock that somebody has to tick. */
export const COLYSEUS_CLOCK_MS = 250;

export type Due = (steps: number) => void;

export class Ticker {
  readonly #late: (ms: number) => void;
  readonly #beats = new Map<number, Beat>();

  constructor(late: (ms: number) => void = () => {}) {
    this.#late = late;
  }

  /** Calls `due` `rate` times a second with the steps to make; answers how to stop. */
  add(rate: number, due: Due): () => void {
    let beat = this.#beats.get(rate);
    if (!beat) {
      beat = new Beat(1000 / rate, this.#late);
      this.#beats.set(rate, beat);
    }
    return beat.add(due);
  }
}

class Beat {
  readonly #period: number;
  readonly #late: (ms: number) => void;
  readonly #dues = new Set<Due>();
  #timer: NodeJS.Timeout | undefined;
  #done = 0;

  constructor(period: number, late: (ms: number) => void) {
    this.#period = period;
    this.#late = late;
  }

  add(due: Due): () => void {
    this.#dues.add(due);
    if (!this.#timer) {
      this.#done = this.#grid();
      this.#wait();
    }
    return () => {
      this.#dues.delete(due);
      if (this.#dues.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Periods that have gone by since the process began. */
  #grid(): number {
    return Math.floor(performance.now() / this.#period);
  }

  #wait(): void {
    const at = (this.#done + 1) * this.#period;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, Math.ceil(at - performance.now())));
  }

  #fire(): void {
    const steps = this.#grid() - this.#done;
    if (steps > 0) {
      this.#late(performance.now() - (this.#done + 1) * this.#period);
      this.#done += steps;
      for (const due of [...this.#dues]) due(Math.min(steps, MAX_CATCH_UP));
    }
    if (this.#dues.size > 0) this.#wait();
  }
}
