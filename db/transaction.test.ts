import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { isAway } from '#db/away.ts';
import { openDatabase } from '#db/connect.ts';
import { freshDatabase } from '#db/testing/engines.ts';
import { transactionsOf } from '#db/transaction.ts';

it('[D12] losing the connection inside a transaction rejects it, and the process continues', async () => {
  const { db, close } = await openDatabase(await freshDatabase(), { connections: 2 });
  onTestFinished(close);
  for (let n = 0; n < 3; n++) {
    const lost = db.transaction(async (tx) => {
      const { rows } = await tx.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
      await db.execute(sql`SELECT pg_terminate_backend(${rows[0]?.pid})`);
      for (;;) await tx.execute(sql`SELECT pg_sleep(0.01)`);
    });
    expect(isAway(await lost.catch((error: unknown) => error))).toBe(true);
  }
  expect((await db.execute(sql`SELECT 1 AS one`)).rows).toEqual([{ one: 1 }]);
});

it('[D15] a timed-out transaction leaves no connection in which later statements would belong to it', async () => {
  const url = await freshDatabase();
  const observer = new pg.Client(url);
  await observer.connect();
  onTestFinished(() => observer.end());
  await observer.query('CREATE TABLE kept (what text)');
  const pool = new pg.Pool({ connectionString: url, max: 1, query_timeout: 100 });
  pool.on('connect', (client) => client.on('error', () => {}));
  onTestFinished(() => pool.end());
  const slow = transactionsOf(pool)((tx) => tx.execute(sql`SELECT pg_sleep(0.5)`));
  expect(isAway(await slow.catch((error: unknown) => error))).toBe(true);
  await vi.waitFor(async () => {
    const others = sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'`;
    expect((await drizzle(observer).execute(others)).rows).toHaveLength(1); // the observer
  }, 10_000);
  await drizzle(pool).execute(sql`INSERT INTO kept VALUES ('after')`);
  expect((await observer.query('SELECT what FROM kept')).rows).toEqual([{ what: 'after' }]);
});
