/** Reads a journal after a run: a log of hundreds of thousands of batches takes a busy machine a while. */
import { JournalError, type JournalStore } from '#rooms/ports.ts';

const TRIES = 30;

/** Asks again when no answer came in time. Only what reads may be asked twice. */
export function patient(store: JournalStore): JournalStore {
  return {
    ...store,
    find: (room) => untilAnswered(() => store.find(room)),
    list: () => untilAnswered(() => store.list()),
    read: (...given) => untilAnswered(() => store.read(...given)),
  };
}

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !(error instanceof JournalError) || error.fate !== 'unknown') throw error;
    }
  }
}
