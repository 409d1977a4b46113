/** Rids the disk of what was deleted: empties the write-ahead log into the file, at most once a second. */
import type { DatabaseSync } from 'node:sqlite';
import { unknown } from '#server/journal/fates.ts';

/** It blocks the event loop while the disk syncs. */
const EVERY_MS = 1000;

export function scrubber(db: DatabaseSync, flush: () => void) {
  let last = Number.NEGATIVE_INFINITY;
  let waiting: PromiseWithResolvers<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function now(): void {
    clearTimeout(timer);
    const done = waiting;
    waiting = undefined;
    flush();
    try {
      const result = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      if (result?.busy !== 0) throw new Error('the write-ahead log is busy');
      done?.resolve();
    } catch (error) {
      done?.reject(unknown(error));
    }
    last = performance.now();
  }

  return {
    now,
    /** Resolves once what was deleted before this call is in no file. */
    soon(): Promise<void> {
      if (!waiting) {
        waiting = Promise.withResolvers();
        timer = setTimeout(now, Math.max(0, last + EVERY_MS - performance.now()));
      }
      return waiting.promise;
    },
  };
}
