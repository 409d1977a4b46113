/**
 * Costly work in turns that are fair between those who ask for it: one key that sends a thousand orders waits behind
 * itself, and a newcomer's first order comes after at most one of each other key.
 */

/** Too much waits already, of this key or of all; try again soon. */
export class TooBusy extends Error {}

export type FairQueue = {
  /** Runs `work` when it is the turn of `key`. @throws TooBusy, and whatever `work` throws. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
};

type Waiting = { start(): void; refuse(): void };

/** `atOnce` run side by side; at most `perKey` orders of one key wait, and `waiting` of all. */
export function fairQueue({ atOnce, perKey, waiting }: { atOnce: number; perKey: number; waiting: number }): FairQueue {
  /** In the order of their turns: a key that had one goes to the end. */
  const keys = new Map<string, Waiting[]>();
  let running = 0;
  let length = 0;

  function enter(key: string): Promise<void> {
    const own = keys.get(key) ?? [];
    if (own.length >= perKey || (length >= waiting && !makeRoom(own.length))) throw new TooBusy();
    keys.set(key, own);
    length++;
    return new Promise((start, reject) => own.push({ start, refuse: () => reject(new TooBusy()) }));
  }

  /** The key with most orders loses its newest, if it has more than `than` and one. */
  function makeRoom(than: number): boolean {
    const most = [...keys.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
    if (most.length <= than + 1) return false;
    most.pop()?.refuse();
    length--;
    return true;
  }

  function next(): void {
    const [turn] = keys;
    if (!turn) {
      running--;
      return;
    }
    const [key, own] = turn;
    keys.delete(key);
    const order = own.shift();
    if (own.length > 0) keys.set(key, own);
    length--;
    order?.start();
  }

  return {
    async run(key, work) {
      if (running >= atOnce) await enter(key);
      else running++;
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
}
