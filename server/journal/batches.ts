/** Where the embedded journal keeps batches and snapshots: fresh ones in the tail, the rest in runs. */
import type { DatabaseSync } from 'node:sqlite';
import type { Kept, Stored } from '#rooms/ports.ts';
import { contentOf } from '#server/journal/content.ts';
import { DamageError } from '#server/journal/fates.ts';
import { packed, unpacked } from '#server/journal/runs.ts';

type Run = { n: number; last: number; content: number };
/** A run to go on with, and what lies in it. */
type Small = { run: Run; entries: Stored[] };
type Snapshot = { n: number; epoch: number; content: number };

/** A run below this is taken into the next one, so that a quiet room does not fill a page with every batch. */
const SMALL_BYTES = 5000;
/** Values of `live` that take the same room, so that a row is overwritten where it lies. */
export const LIVE = 2;
const DEAD = 3;

export type Batches = ReturnType<typeof batchesOf>;

/** `journal` is the row's id; `place` says that none of its batches lie in the tail before there. */
export function batchesOf(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const content = contentOf(db);
  const append = sql(`INSERT INTO tail (place, live, journal, n, epoch, bytes) VALUES (?, ${LIVE}, ?, ?, ?, ?)`);
  const fresh = sql(`
    SELECT n, epoch, bytes FROM tail WHERE place >= ? AND journal = ? AND n > ? AND live = ${LIVE} ORDER BY n LIMIT ?`);
  const zero = sql(`
    UPDATE tail SET live = ${DEAD}, bytes = zeroblob(length(bytes))
    WHERE place >= ? AND journal = ? AND n <= ? AND live = ${LIVE}`);
  const tail = sql(`SELECT journal, n, epoch, bytes FROM tail WHERE live = ${LIVE} ORDER BY place`);
  tail.setReturnArrays(true);
  const empty = sql('DELETE FROM tail');
  const runsAfter = sql('SELECT n, last, content FROM run WHERE journal = ? AND last > ? ORDER BY n');
  const runsFrom = sql('SELECT n, last, content FROM run WHERE journal = ? AND n <= ?');
  const lastRun = sql(`
    SELECT n, last, content, length(bytes) AS size FROM run JOIN content ON id = content
    WHERE journal = ? ORDER BY n DESC LIMIT 1`);
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

  /** The newest run of a journal while it is small. Damage is for whoever reads this room to meet. */
  function smallRun(journal: number): Small | undefined {
    const run = lastRun.get(journal) as (Run & { size: number }) | undefined;
    if (!run || run.size > SMALL_BYTES) return undefined;
    try {
      return { run, entries: unpacked(content.get(run.content)) };
    } catch (error) {
      if (error instanceof DamageError) return undefined;
      throw error;
    }
  }

  function gather(journal: number, entries: Stored[], before: Small | undefined): void {
    if (before) drop(journal, before.run);
    put(journal, [...(before?.entries ?? []), ...entries]);
  }

  /** The tail by journal, the batches of each in order. Not remembered: what lives that long costs the heap more. */
  function byJournal(): Map<number, Stored[]> {
    const all = new Map<number, Stored[]>();
    for (const row of tail.iterate() as Iterable<unknown>) {
      const [journal, n, epoch, bytes] = row as [number, number, number, Uint8Array];
      const entries = all.get(journal);
      if (entries) entries.push({ n, epoch, bytes });
      else all.set(journal, [{ n, epoch, bytes }]);
    }
    return all;
  }

  const snapshotAt = (journal: number) => snapshot.get(journal) as Snapshot | undefined;

  return {
    append(place: number, journal: number, n: number, epoch: number, bytes: Uint8Array): void {
      append.run(place, journal, n, epoch, bytes);
    },

    /** At most `limit` of the batches after `n`, in order. Reads no run beyond those. */
    after(journal: number, n: number, place: number, limit: number): Stored[] {
      const found: Stored[] = [];
      for (const run of runsAfter.all(journal, n) as Run[]) {
        if (found.length >= limit) break;
        found.push(...unpacked(content.get(run.content)).filter((entry) => entry.n > n));
      }
      const left = limit - found.length;
      if (left > 0) found.push(...(fresh.all(place, journal, n, left) as unknown as Stored[]));
      return found.slice(0, limit);
    },

    /** Throws `DamageError` before it writes. */
    trim(journal: number, n: number, place: number): void {
      const runs = runsFrom.all(journal, n) as Run[];
      const cut = runs.find((run) => run.last > n);
      const rest = cut ? unpacked(content.get(cut.content)).filter((entry) => entry.n > n) : [];
      for (const run of runs) drop(journal, run);
      put(journal, rest);
      zero.run(place, journal, n);
    },

    /** From the order in which batches came to the order in which they are read. A transaction of its own. */
    gatherTail(): void {
      // Read before: a transaction that met a damaged page cannot be committed.
      const gathered = [...byJournal()].map(([journal, entries]) => ({ journal, entries, small: smallRun(journal) }));
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const { journal, entries, small } of gathered) gather(journal, entries, small);
        empty.run();
        db.exec('COMMIT');
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
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
      putSnapshot.run(journal, n, epoch, content.put(bytes));
      if (old) content.drop(old.content);
    },
    dropSnapshot(journal: number): void {
      const old = snapshotAt(journal);
      removeSnapshot.run(journal);
      if (old) content.drop(old.content);
    },
  };
}
