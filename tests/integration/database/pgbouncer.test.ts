/** Parlor by way of a PgBouncer. Every store is asked through one in transaction mode by the tests of `db/stores`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { expect, inject, it, onTestFinished } from 'vitest';
import { openDatabase } from '#db/connect.ts';
import { freshDatabase } from '#db/testing/engines.ts';
import { freePort } from '#scripts/free-port.ts';
import { ParlorProcess } from '#tests/integration/process/parlor.ts';
import { type PoolMode, startPgBouncer } from '#tests/setup/pgbouncer.ts';

async function through(mode: PoolMode, connections: number): Promise<string> {
  const pooler = await startPgBouncer(inject('postgresUrl'), mode, connections);
  onTestFinished(pooler.stop);
  return pooler.through(await freshDatabase());
}

it.each([
  ['session', 10],
  ['transaction', 1],
] as const)(
  '[T4] a server creates its tables, registers and signs out through a PgBouncer in %s mode',
  async (mode, connections) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parlor-pooled-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    const DATABASE_URL = await through(mode, connections);
    const parlor = new ParlorProcess({ dataDir, port: await freePort(), env: { DATABASE_URL } });
    onTestFinished(() => parlor.signal('SIGKILL'));
    await parlor.ready();
    const person = await parlor.register('Ada');
    expect(await person.call('GET', 'players/me')).toMatchObject({ kind: 'Player' });
    await person.signOut();
    expect((await parlor.end('SIGTERM')).code).toBe(0);
  },
);

it('[T4] in transaction mode processes that start together take turns, and leak no setting to other clients', async () => {
  const url = await through('transaction', 1);
  const opened = await Promise.all([1, 2, 3].map(() => openDatabase(url)));
  await Promise.all(opened.map(({ db }) => db.execute(sql`SELECT count(*) FROM players`)));
  for (const { close } of opened) await close();
  const other = new pg.Client(url);
  await other.connect();
  const { rows } = await other.query("SELECT current_setting('statement_timeout') AS timeout");
  await other.end();
  expect(rows).toEqual([{ timeout: '0' }]);
});

it('[D15] a connection on which no transaction could begin is returned to the pool', async () => {
  const { db, close } = await openDatabase(await through('statement', 1), { migrate: false, connections: 1 });
  onTestFinished(close);
  for (let n = 0; n < 2; n++) await expect(db.transaction(async () => {})).rejects.toThrow('begin');
  expect((await db.execute(sql`SELECT 1 AS one`)).rows).toEqual([{ one: 1 }]);
});
