/** Rows of the embedded journal about rooms and owners. */
import type { DatabaseSync } from 'node:sqlite';
import { LIVE } from '#server/journal/batches.ts';

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
  quarantined: string | null;
  mark: string | null;
  /** Whether it may go on unproven. */
  unproven: number;
  ended: number;
};

export type Rows = ReturnType<typeof rowsOf>;

export function rowsOf(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const living = sql(`
    WITH fresh AS MATERIALIZED (SELECT journal, max(n) AS n FROM tail WHERE live = ${LIVE} GROUP BY journal)
    SELECT journal.*, max(
      coalesce((SELECT max(last) FROM run WHERE journal = journal.id), -1), coalesce(snapshot.n, -1), coalesce(fresh.n, -1)
    ) AS last
    FROM journal LEFT JOIN snapshot ON snapshot.journal = journal.id LEFT JOIN fresh ON fresh.journal = journal.id
    WHERE ended = 0 ORDER BY id`);
  const tail = sql('SELECT coalesce(max(place), 0) + 1 AS place, count(*) AS size FROM tail');
  const newest = sql('SELECT * FROM journal WHERE room = ? ORDER BY id DESC LIMIT 1');
  const named = sql('SELECT * FROM journal WHERE name = ?');
  const insert = sql(`
    INSERT INTO journal (name, room, machine, epoch, owner, settled, attempts, ended, unproven)
    VALUES (?, ?, ?, 1, ?, -1, 0, 0, 0)`);
  const update = sql(`
    UPDATE journal SET epoch = ?2, owner = ?3, settled = ?4, deadline = ?5, attempts = ?6, quarantined = ?7, ended = ?8,
      mark = ?9, unproven = ?10
    WHERE id = ?1`);
  const forget = sql('DELETE FROM journal WHERE id = ?');

  const seen = sql('INSERT OR REPLACE INTO owner (name, alive) VALUES (?, ?)');
  const last = sql('SELECT alive FROM owner WHERE name = ?');
  const forgetOwners = sql('DELETE FROM owner WHERE name NOT IN (SELECT owner FROM journal WHERE ended = 0)');

  return {
    /** What has not ended, oldest first. */
    living: () => living.all() as unknown as (Row & { last: number })[],
    /** The next place in the tail, and how many batches lie there. */
    tail: () => tail.get() as { place: number; size: number },
    newest: (room: string) => newest.get(room) as unknown as Row | undefined,
    named: (name: string) => named.get(name) as unknown as Row | undefined,
    insert: (name: string, room: string, machine: string, owner: string) =>
      Number(insert.run(name, room, machine, owner).lastInsertRowid),
    update: (row: Row) =>
      update.run(
        row.id,
        row.epoch,
        row.owner,
        row.settled,
        row.deadline,
        row.attempts,
        row.quarantined,
        row.ended,
        row.mark,
        row.unproven,
      ),
    forget: (id: number) => forget.run(id),

    seen: (owner: string, at: number) => seen.run(owner, at),
    lastSeen: (owner: string) => last.get(owner)?.alive as number | undefined,
    forgetOwners: () => forgetOwners.run(),
  };
}
