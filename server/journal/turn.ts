/** One transaction for everything that was asked for in one turn of the event loop. */
import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '#rooms/ports.ts';
import { DamageError, unknown } from '#server/journal/fates.ts';

type Work = { run(): unknown; resolve(value: unknown): void; reject(error: unknown): void };

export type Turn = {
  /**
   * Runs `work` in the transaction of this turn, in the order of the calls; resolves after COMMIT. A
   * `JournalError` or `DamageError` that it throws is its own, and it has written nothing by then.
   * Whatever else goes wrong has an unknown fate, for all of the turn.
   */
  run<T>(work: () => T): Promise<T>;
  /**
   * Reads after what was asked for before, and outside of any transaction: one that met a damaged page
   * cannot be committed any more, and would take the writes of other rooms with it.
   */
  look<T>(read: () => T): Promise<T>;
  /** Ends the turn now. */
  flush(): void;
};

/** `lost` is called when a transaction failed, and what was believed about the file no longer holds. */
export function turnOf(db: DatabaseSync, lost: () => void): Turn {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  let queue: Work[] = [];

  function flush(): void {
    const group = queue;
    if (group.length === 0) return;
    queue = [];
    const results: unknown[] = [];
    try {
      begin.run();
      for (const work of group) results.push(verdict(work));
      commit.run();
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      lost();
      for (const work of group) work.reject(unknown(error));
      return;
    }
    for (const [i, work] of group.entries()) {
      if (isOwn(results[i])) work.reject(results[i]);
      else work.resolve(results[i]);
    }
  }

  return {
    flush,
    async look(read) {
      flush();
      try {
        return read();
      } catch (error) {
        throw isOwn(error) ? error : unknown(error);
      }
    },
    run<T>(run: () => T) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      if (queue.push({ run, resolve: resolve as Work['resolve'], reject }) === 1) setImmediate(flush);
      return promise;
    },
  };
}

const isOwn = (result: unknown) => result instanceof JournalError || result instanceof DamageError;

function verdict(work: Work): unknown {
  try {
    return work.run();
  } catch (error) {
    if (isOwn(error)) return error;
    throw error;
  }
}
