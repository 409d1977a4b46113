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
  /** Why the last transaction that had to write did not; undefined once one has written again. */
  trouble(): Error | undefined;
};

/** `lost` is called when a transaction failed, and what was believed about the file no longer holds. */
export function turnOf(db: DatabaseSync, lost: () => void): Turn {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const changes = db.prepare('SELECT total_changes() AS changes');
  let queue: Work[] = [];
  let trouble: Error | undefined;

  const written = () => Number(changes.get()?.changes);

  function flush(): void {
    const group = queue;
    if (group.length === 0) return;
    queue = [];
    const results: unknown[] = [];
    try {
      // One that only reads says nothing of the disk.
      const before = trouble && written();
      begin.run();
      for (const work of group) results.push(verdict(work));
      commit.run();
      if (before !== undefined && written() > before) trouble = undefined;
    } catch (error) {
      trouble = error as Error;
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
    trouble: () => trouble,
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
