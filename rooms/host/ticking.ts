/** The ticks of one realtime room. An empty one does not tick: it turns when work arrives. */
import type { Crank } from '#rooms/host/crank.ts';
import type { Ticker } from '#rooms/host/ticker.ts';

export class Ticking {
  readonly #rate: number;
  readonly #ticker: Pick<Ticker, 'add'>;
  readonly #crank: Crank;
  #stop: (() => void) | undefined;

  /** `rate`: ticks per second. */
  constructor(rate: number, ticker: Pick<Ticker, 'add'>, crank: Crank) {
    this.#rate = rate;
    this.#ticker = ticker;
    this.#crank = crank;
  }

  /** Somebody came or went. */
  look(used: boolean): void {
    if (used) this.#stop ??= this.#ticker.add(this.#rate, (steps) => this.#crank.tick(steps));
    else {
      this.stop();
      this.#crank.rest();
    }
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
