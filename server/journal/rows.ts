/** The statements of the embedded journal, prepared once. */
import type { DatabaseSync } from 'node:sqlite';
import type { Kept, Stored } from '#rooms/ports.ts';

/** A row of `journal`. */
export type Row = {
  id: number;
  name: string;
  room: string;
  machine: string;
  epoch: number;
  owner: string;
  settled: number;
  deadline: number | null;
  attempts: number;
  aside: string | null;
  ended: number;
};

export type Rows = ReturnType<typeof rowsOf>;

export function rowsOf(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const living = sql(`
    SELECT journal.*, max(coalesce((SELECT max(n) FROM entry WHERE journal = journal.id), -1), coalesce(snapshot.n, -1)) AS last
    FROM journal LEFT JOIN snapshot ON snapshot.journal = journal.id WHERE ended = 0 ORDER BY id`);
  const newest = sql('SELECT * FROM journal WHERE room = ? ORDER BY id DESC LIMIT 1');
  const named = sql('SELECT * FROM journal WHERE name = ?');
  const insert = sql(`
    INSERT INTO journal (name, room, machine, epoch, owner, settled, attempts, ended) VALUES (?, ?, ?, 1, ?, -1, 0, 0)`);
  const update = sql(`
    UPDATE journal SET epoch = ?2, owner = ?3, settled = ?4, deadline = ?5, attempts = ?6, aside = ?7, ended = ?8
    WHERE id = ?1`);
  const forget = sql('DELETE FROM journal WHERE id = ?');

  const append = sql('INSERT INTO tail (place, journal, n, epoch, bytes) VALUES (?, ?, ?, ?, ?)');
  const one = sql(`
    SELECT epoch, bytes FROM entry WHERE journal = ?1 AND n = ?2
    UNION ALL SELECT epoch, bytes FROM tail WHERE place >= ?3 AND journal = ?1 AND n = ?2`);
  const after = sql(`
    SELECT n, epoch, bytes FROM entry WHERE journal = ?1 AND n > ?2
    UNION ALL SELECT n, epoch, bytes FROM tail WHERE place >= ?3 AND journal = ?1 AND n > ?2 ORDER BY n`);
  const trimEntries = sql('DELETE FROM entry WHERE journal = ? AND n <= ?');
  const trimTail = sql('DELETE FROM tail WHERE place >= ?3 AND journal = ?1 AND n <= ?2');
  const sort = sql('INSERT INTO entry SELECT journal, n, epoch, bytes FROM tail ORDER BY journal, n');
  const empty = sql('DELETE FROM tail');

  const snapshotAt = sql('SELECT n, epoch, bytes FROM snapshot WHERE journal = ?');
  const putSnapshot = sql('INSERT OR REPLACE INTO snapshot (journal, n, epoch, bytes) VALUES (?, ?, ?, ?)');
  const dropSnapshot = sql('DELETE FROM snapshot WHERE journal = ?');

  const seen = sql('INSERT OR REPLACE INTO owner (name, alive) VALUES (?, ?)');
  const last = sql('SELECT alive FROM owner WHERE name = ?');
  const forgetOwners = sql('DELETE FROM owner WHERE name NOT IN (SELECT owner FROM journal WHERE ended = 0)');

  return {
    /** What has not ended, oldest first. Right only while the tail is empty. */
    living: () => living.all() as unknown as (Row & { last: number })[],
    newest: (room: string) => newest.get(room) as unknown as Row | undefined,
    named: (name: string) => named.get(name) as unknown as Row | undefined,
    insert: (name: string, room: string, machine: string, owner: string) =>
      Number(insert.run(name, room, machine, owner).lastInsertRowid),
    update: (row: Row) =>
      update.run(row.id, row.epoch, row.owner, row.settled, row.deadline, row.attempts, row.aside, row.ended),
    forget: (id: number) => forget.run(id),

    append: (place: number, id: number, n: number, epoch: number, bytes: Uint8Array) =>
      append.run(place, id, n, epoch, bytes),
    entry: (id: number, n: number, place: number) =>
      one.get(id, n, place) as { epoch: number; bytes: Uint8Array } | undefined,
    trim(id: number, n: number, place: number) {
      trimEntries.run(id, n);
      trimTail.run(id, n, place);
    },
    /** From the order in which batches came to the order in which they are read. */
    sortTail() {
      sort.run();
      empty.run();
    },

    snapshotAt: (id: number) => snapshotAt.get(id) as unknown as Stored | undefined,
    putSnapshot: (id: number, n: number, epoch: number, bytes: Uint8Array) => putSnapshot.run(id, n, epoch, bytes),
    dropSnapshot: (id: number) => dropSnapshot.run(id),
    /** The snapshot, and the entries after batch `n`, looking at the tail from `place` on. */
    kept(id: number, n: number, place: number): Kept {
      const snapshot = snapshotAt.get(id) as unknown as Stored | undefined;
      const entries = after.all(id, n, place) as unknown as Stored[];
      return { ...(snapshot && { snapshot }), entries };
    },

    seen: (owner: string, at: number) => seen.run(owner, at),
    lastSeen: (owner: string) => last.get(owner)?.alive as number | undefined,
    forgetOwners: () => forgetOwners.run(),
  };
}
