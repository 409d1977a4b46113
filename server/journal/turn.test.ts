import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { JournalError } from '#rooms/ports.ts';
import { turnOf } from '#server/journal/turn.ts';

/** A COMMIT that really fails: the foreign key is only looked at then. */
function orphanage() {
  const db = new DatabaseSync(':memory:');
  db.exec(`CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`);
  let lost = 0;
  const turn = turnOf(db, () => lost++);
  const count = (table: string) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  return { db, turn, count, lost: () => lost };
}

it('[J20] all writes of one turn share one transaction; if it fails, all have an unknown fate', async () => {
  const { db, turn, count, lost } = orphanage();
  const results = await Promise.allSettled([
    turn.run(() => db.exec('INSERT INTO parent VALUES (1)')),
    turn.run(() => {
      throw new JournalError('fenced', 'its own');
    }),
    turn.run(() => db.exec('INSERT INTO child VALUES (7)')),
  ]);
  for (const result of results) expect(result).toMatchObject({ reason: { name: 'JournalError', fate: 'unknown' } });
  expect([count('parent'), count('child'), lost()]).toEqual([0, 0, 1]);

  await turn.run(() => db.exec('INSERT INTO parent VALUES (2)'));
  expect(count('parent')).toBe(1);
});

it('[J20] a failing statement has an unknown fate for the whole turn, and so has anything after closing', async () => {
  const { db, turn, count } = orphanage();
  const first = turn.run(() => db.exec('INSERT INTO parent VALUES (1)'));
  const second = turn.run(() => db.exec('INSERT INTO nowhere VALUES (1)'));
  await expect(first).rejects.toMatchObject({ fate: 'unknown' });
  await expect(second).rejects.toMatchObject({ fate: 'unknown', message: expect.stringContaining('nowhere') });
  expect(count('parent')).toBe(0);
  db.close();
  await expect(turn.run(() => 1)).rejects.toMatchObject({ fate: 'unknown' });
});

it('[J20] no write resolves before COMMIT', async () => {
  const { db, turn, count } = orphanage();
  const open: boolean[] = [];
  const writes = [1, 2, 3].map((id) =>
    turn.run(() => db.exec(`INSERT INTO parent VALUES (${id})`)).then(() => open.push(db.isTransaction)),
  );
  expect(count('parent')).toBe(0);
  await Promise.all(writes);
  expect(open).toEqual([false, false, false]);
});
