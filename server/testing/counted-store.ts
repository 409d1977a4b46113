/** Counts what a journal is asked and what it answers: for tests of how much one event reads. */
import type { JournalStore, Kept, Stored } from '#rooms/ports.ts';

export type Counted = {
  /** Calls by name. */
  calls: Record<string, number>;
  /** Entries of logs that were answered, in all and at most by one call. */
  entries: number;
  mostEntries: number;
  /** Records of rooms that were answered; ids do not count. */
  records: number;
};

export function countedStore(store: JournalStore): { store: JournalStore; counted: Counted; reset(): void } {
  const fresh = (): Counted => ({ calls: {}, entries: 0, mostEntries: 0, records: 0 });
  const counted = fresh();
  function note(name: string, answer: unknown): void {
    counted.calls[name] = (counted.calls[name] ?? 0) + 1;
    const entries = entriesIn(answer);
    counted.entries += entries;
    counted.mostEntries = Math.max(counted.mostEntries, entries);
    counted.records += recordsIn(answer);
  }
  const watched = new Proxy(store, {
    get(target, name: keyof JournalStore) {
      const call = target[name] as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        const answer = await call.apply(target, given);
        note(name, answer);
        return answer;
      };
    },
  });
  return { store: watched, counted, reset: () => void Object.assign(counted, fresh()) };
}

function entriesIn(answer: unknown): number {
  const { entries, bytes } = (answer ?? {}) as Partial<Kept & Stored>;
  return entries?.length ?? (bytes ? 1 : 0);
}

function recordsIn(answer: unknown): number {
  if (Array.isArray(answer)) return answer.filter((one) => typeof one === 'object').length;
  return answer && typeof answer === 'object' && 'owner' in answer ? 1 : 0;
}
