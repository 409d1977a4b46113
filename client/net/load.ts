import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { inBackground } from '#client/background.ts';
import { Refusal } from '#client/net/rest.ts';

/** Something fetched: not there yet, there, or refused with a sentence. */
export type Loaded<T> = { is: 'loading' } | { is: 'here'; value: T } | { is: 'refused'; sentence: string };

/** Fetches for its host whenever what it depends on changes; a later answer never loses to an earlier one. */
export class Load<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #key: () => string;
  readonly #fetch: () => Promise<T>;
  #fetched: string | undefined;
  #turn = 0;
  now: Loaded<T> = { is: 'loading' };

  constructor(host: ReactiveControllerHost, key: () => string, fetch: () => Promise<T>) {
    this.#host = host;
    this.#key = key;
    this.#fetch = fetch;
    host.addController(this);
  }

  hostUpdate(): void {
    const key = this.#key();
    if (key === this.#fetched) return;
    this.#fetched = key;
    this.now = { is: 'loading' };
    inBackground(this.again());
  }

  /** Fetches anew; what is shown stays until the answer comes. */
  async again(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const value = await this.#fetch();
      if (turn === this.#turn) this.now = { is: 'here', value };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (turn === this.#turn) this.now = { is: 'refused', sentence: error.message };
    }
    this.#host.requestUpdate();
  }
}
