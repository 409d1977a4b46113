/** Where the embedded journal keeps batches and snapshots: fresh ones in the tail, the rest in runs. */
import type { DatabaseSync } from 'node:sqlite';
import type { Kept, Stored } from '#rooms/ports.ts';
import { contentOf } from '#server/journal/content.ts';
import { packed, unpacked } from '#server/journal/runs.ts';

type Run = { n: number; last: number; content: number };
type Snapshot = { n: number; epoch: number; content: number };

/** A run below this is taken into the next one, so that a quiet room does not fill a page with every batch. */
const SMALL_BYTES = 4000;
/** Values of `live` that take the same room, so that a row is overwritten where it lies. */
const LIVE = 2;
const DEAD = 3;

export type Batches = ReturnType<typeof batchesOf>;

/** `journal` is the row's id; `place` says that none of its batches lie in the tail before there. */
export function batchesOf(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const content = contentOf(db);
  const append = sql(`INSERT INTO tail (place, live, journal, n, epoch, bytes) VALUES (?, ${LIVE}, ?, ?, ?, ?)`);
  const fresh = sql(`
    SELECT n, epoch, bytes FROM tail WHERE place >= ? AND journal = ? AND n > ? AND live = ${LIVE} ORDER BY n`);
  const zero = sql(`
    UPDATE tail SET live = ${DEAD}, bytes = zeroblob(length(bytes))
    WHERE place >= ? AND journal = ? AND n <= ? AND live = ${LIVE}`);
  const tail = sql(`SELECT journal, n, epoch, bytes FROM tail WHERE live = ${LIVE} ORDER BY journal, n`);
  const empty = sql('DELETE FROM tail');
  const runsAfter = sql('SELECT n, last, content FROM run WHERE journal = ? AND last > ? ORDER BY n');
  const runsFrom = sql('SELECT n, last, content FROM run WHERE journal = ? AND n <= ?');
  const lastRun = sql('SELECT n, last, content FROM run WHERE journal = ? ORDER BY n DESC LIMIT 1');
  const addRun = sql('INSERT INTO run (journal, n, last, content) VALUES (?, ?, ?, ?)');
  const removeRun = sql('DELETE FROM run WHERE journal = ? AND n = ?');
  const snapshot = sql('SELECT n, epoch, content FROM snapshot WHERE journal = ?');
  const putSnapshot = sql('INSERT OR REPLACE INTO snapshot (journal, n, epoch, content) VALUES (?, ?, ?, ?)');
  const removeSnapshot = sql('DELETE FROM snapshot WHERE journal = ?');

  function drop(journal: number, run: Run): void {
    removeRun.run(journal, run.n);
    content.drop(run.content);
  }

  function put(journal: number, entries: Stored[]): void {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first && last) addRun.run(journal, first.n, last.n, content.put(packed(entries)));
  }

  /** Adds to the newest run while that is small. */
  function gather(journal: number, entries: Stored[]): void {
    const newest = lastRun.get(journal) as Run | undefined;
    const bytes = newest && content.get(newest.content);
    if (newest && bytes && bytes.length <= SMALL_BYTES) {
      drop(journal, newest);
      put(journal, [...unpacked(bytes), ...entries]);
    } else put(journal, entries);
  }

  const snapshotAt = (journal: number) => snapshot.get(journal) as Snapshot | undefined;

  return {
    append: (place: number, journal: number, n: number, epoch: number, bytes: Uint8Array) =>
      append.run(place, journal, n, epoch, bytes),

    /** The batches after `n`, in order. */
    after(journal: number, n: number, place: number): Stored[] {
      const runs = runsAfter.all(journal, n) as Run[];
      const old = runs.flatMap((run) => unpacked(content.get(run.content))).filter((entry) => entry.n > n);
      return [...old, ...(fresh.all(place, journal, n) as unknown as Stored[])];
    },

    trim(journal: number, n: number, place: number): void {
      for (const run of runsFrom.all(journal, n) as Run[]) {
        const rest = run.last > n ? unpacked(content.get(run.content)).filter((entry) => entry.n > n) : [];
        drop(journal, run);
        put(journal, rest);
      }
      zero.run(place, journal, n);
    },

    /** From the order in which batches came to the order in which they are read. */
    gatherTail(): void {
      let entries: Stored[] = [];
      let of: number | undefined;
      for (const row of tail.iterate() as Iterable<Stored & { journal: number }>) {
        if (of !== undefined && of !== row.journal) {
          gather(of, entries);
          entries = [];
        }
        of = row.journal;
        entries.push(row);
      }
      if (of !== undefined) gather(of, entries);
      empty.run();
    },

    /** The batch of the newest snapshot, -1 without one. */
    snapshotAt: (journal: number) => snapshotAt(journal)?.n ?? -1,
    snapshot(journal: number): Pick<Kept, 'snapshot'> {
      const found = snapshotAt(journal);
      if (!found) return {};
      return { snapshot: { n: found.n, epoch: found.epoch, bytes: new Uint8Array(content.get(found.content)) } };
    },
    putSnapshot(journal: number, n: number, epoch: number, bytes: Uint8Array): void {
      const old = snapshotAt(journal);
      putSnapshot.run(journal, n, epoch, content.put([bytes]));
      if (old) content.drop(old.content);
    },
    dropSnapshot(journal: number): void {
      const old = snapshotAt(journal);
      removeSnapshot.run(journal);
      if (old) content.drop(old.content);
    },
  };
}
