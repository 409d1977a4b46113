/** The ticks of one realtime room. An empty one does not tick: it turns when work arrives. */
import type { Sequencer } from '#rooms/host/sequencer.ts';
import type { Ticker } from '#rooms/host/ticker.ts';

export class Ticking {
  readonly #rate: number;
  readonly #ticker: Pick<Ticker, 'add'>;
  readonly #sequencer: Sequencer;
  #stop: (() => void) | undefined;

  /** `rate`: ticks per second. */
  constructor(rate: number, ticker: Pick<Ticker, 'add'>, sequencer: Sequencer) {
    this.#rate = rate;
    this.#ticker = ticker;
    this.#sequencer = sequencer;
  }

  /** Somebody came or went. */
  look(used: boolean): void {
    if (used) this.#stop ??= this.#ticker.add(this.#rate, (steps) => this.#sequencer.tick(steps));
    else {
      this.stop();
      this.#sequencer.rest();
    }
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
