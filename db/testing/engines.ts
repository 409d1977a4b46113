/** The same tests on the embedded database, on a real PostgreSQL, and on that by way of a real PgBouncer. */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, inject } from 'vitest';
import { type Database, type Db, openDatabase } from '#db/connect.ts';

/** Every test of `tests` runs once per engine and starts with empty tables; `db` is good inside them. */
export function eachEngine(tests: (db: () => Db) => void): void {
  const engines = { pglite: async () => 'pglite:memory', postgres: freshDatabase, pgbouncer: freshPooled };
  for (const [engine, url] of Object.entries(engines)) {
    describe(engine, () => {
      let database: Database;
      beforeAll(async () => {
        database = await openDatabase(await url());
      });
      beforeEach(async () => {
        await database.db.execute(
          sql`truncate bans, channels, idempotency_keys, identity_keys, identity_rows, keyrings, matches, players, revocations,
            seats, sessions`,
        );
      });
      afterAll(() => database?.close());
      tests(() => database.db);
    });
  }
}

/** All that these tables hold, as someone would read it who has the disk and no key. */
export async function readable(db: Db, ...tables: PgTable[]): Promise<string> {
  const rows: Record<string, unknown>[] = [];
  for (const table of tables) rows.push(...(await db.select().from(table)));
  return rows.flatMap(Object.values).map(String).join('\n');
}

/** The address of an empty database in the test run's PostgreSQL. */
export async function freshDatabase(): Promise<string> {
  const server = inject('postgresUrl');
  if (!server) throw new Error('The test run has no PostgreSQL: tests/setup/postgres.ts starts it.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return databaseAt(server, name);
}

/** Another such, by way of a pooler in transaction mode with two connections to it. */
async function freshPooled(): Promise<string> {
  return databaseAt(inject('pooledUrl'), new URL(await freshDatabase()).pathname);
}

function databaseAt(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}
