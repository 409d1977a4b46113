/** Work of which the newest counts: each beginning aborts the one before. */
export class Newest {
  #current = new AbortController();

  /** The signal of what begins now. */
  begin(): AbortSignal {
    this.abort();
    this.#current = new AbortController();
    return this.#current.signal;
  }

  abort(): void {
    this.#current.abort();
  }
}
