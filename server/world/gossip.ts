/** What each process tells the others of itself, such as its tables and guests. Nothing on it is durable. */

/** What one process says; `value` is JSON. */
export type Note = { owner: string; key: string; value: unknown };

export type Gossip = {
  /** Undefined takes it down. What was said before by this process under the same key is replaced. */
  put(key: string, value: unknown): void;
  /** What the others say under keys that begin like this; those who died say nothing any more. */
  others(prefix: string): Note[];
  /** Calls back when what others say under such keys may have changed; answers how to stop that. */
  subscribe(prefix: string, changed: () => void): () => void;
};

/** There is nobody to tell. */
export const NO_GOSSIP: Gossip = { put() {}, others: () => [], subscribe: () => () => {} };
