import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { isAway } from '#db/away.ts';
import { openEngine } from '#db/pglite/engine.ts';
import { transactionsOf } from '#db/transaction.ts';
import { refuseOld } from '#db/version.ts';

export type Db = NodePgDatabase;
/** A transaction, or the database itself. PGlite has one connection: inside a transaction use only this. */
export type Tx = Pick<Db, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute'>;

export type Database = {
  db: Db;
  /** Does it answer right now? */
  ready(): Promise<boolean>;
  /** Copies a PGlite, as of now, into a directory that is not there yet. A Postgres has tools of its own. */
  copyTo?: (directory: string) => Promise<void>;
  close(): Promise<void>;
};

export type Options = {
  /** Told when an idle connection is lost; the pool makes a new one by itself. */
  onLost?: (error: Error) => void;
  /** Connections to Postgres; PGlite has one. */
  connections?: number;
  /** False leaves the tables as they are: for somebody who only looks. */
  migrate?: boolean;
};

const CONNECT_MS = 3_000;
const QUERY_MS = 15_000;
const MIGRATIONS = { migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)) };

export class NewerDatabase extends Error {
  override readonly name = 'DatabaseError';
  constructor() {
    super('The database was migrated by a newer Parlor. Start that one, or restore a backup from before.');
  }
}

/** Any number, the same in every process: who migrates first. */
const MIGRATION_LOCK = 7_227_567;

/**
 * Opens `pglite:<directory>`, `pglite:memory` or `postgres://…` and brings its tables up to date.
 *
 * @throws DirectoryInUse when another process has the PGlite directory; NewerDatabase; OldPostgres; an Error with a sentence when
 * the address is not one of these, nobody answers there, or the directory is damaged.
 */
export async function openDatabase(url: string, options: Options = {}): Promise<Database> {
  const { pool, stop, copy } = await openPool(url, options);
  pool.on('error', (error) => options.onLost?.(error));
  // While it is in use the pool does not listen; the statement or the transaction rejects.
  pool.on('connect', (client) => client.on('error', () => {}));
  const close = async () => {
    await pool.end();
    await stop();
  };
  const db: Db = Object.assign(drizzle(pool), { transaction: transactionsOf(pool) });
  try {
    if (options.migrate !== false) await runMigrations(db);
  } catch (cause) {
    await close();
    if (!isAway(cause)) throw cause;
    throw new Error(`The database at ${withoutPassword(url)} does not answer.`, { cause });
  }
  return {
    db,
    ready: () =>
      db.execute(sql`select 1`).then(
        () => true,
        () => false,
      ),
    ...(copy && { copyTo: (directory: string) => copyTo(pool, copy, directory) }),
    close,
  };
}

/** The one connection is ours meanwhile, so no transaction is open. */
async function copyTo(pool: pg.Pool, copy: (directory: string) => Promise<void>, directory: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('CHECKPOINT');
    await copy(directory);
  } finally {
    client.release();
  }
}

type Pool = { pool: pg.Pool; stop(): Promise<void>; copy?: (directory: string) => Promise<void> };

async function openPool(url: string, options: Options): Promise<Pool> {
  if (url.startsWith('pglite:')) {
    const place = url.slice('pglite:'.length);
    if (place === '') throw new Error('pglite: needs a directory, as in pglite:./data/db, or pglite:memory.');
    const engine = await openEngine(place === 'memory' ? undefined : place);
    const pool = new pg.Pool({
      max: 1,
      idleTimeoutMillis: 0,
      // A query on `db` inside a transaction would wait for itself for ever.
      connectionTimeoutMillis: 2 * QUERY_MS,
      user: 'postgres',
      stream: () => engine.wire(),
    });
    return { pool, stop: engine.close, copy: engine.copy };
  }
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new Error('The database address must begin with pglite: or postgres://.');
  }
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'parlor',
    max: options.connections ?? 10,
    connectionTimeoutMillis: CONNECT_MS,
    onConnect: prepared as (client: pg.ClientBase) => void, // awaited, though its type does not say so
    // The server's own timeout says nothing when the server is what is gone, and there is none behind a pooler.
    query_timeout: QUERY_MS + 1_000,
    keepAlive: true,
  });
  return { pool, stop: async () => {} };
}

/**
 * The server's own timeout is set by a statement, as poolers refuse it as a parameter of the start, and only where the
 * server knows this connection by the id that it gave it: a pooler gives ids of its own, and may let other clients have
 * the server's connection, and what was set there, after each transaction.
 */
async function prepared(client: pg.ClientBase & { processID?: number }): Promise<void> {
  await client.query("SELECT set_config('statement_timeout', $1, false) WHERE pg_backend_pid() = $2", [
    String(QUERY_MS),
    client.processID,
  ]);
}

/**
 * One process at a time: those that start together wait here and then find the work done. All of it is one
 * transaction, so that a pooler may give each transaction another connection.
 */
async function runMigrations(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    const { rows: said } = await tx.execute<{ server_version_num: string }>(sql`SHOW server_version_num`);
    refuseOld(said[0]?.server_version_num ?? '');
    await tx.execute(sql`SET LOCAL statement_timeout = 0`);
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${sql.raw(String(MIGRATION_LOCK))})`);
    // A transaction is a database in all that the migrator asks of it.
    await migrate(tx as unknown as Db, MIGRATIONS);
    // The migrator leaves out what it does not know, and this code would then meet tables that it does not know.
    const { rows } = await tx.execute(sql`SELECT max(created_at) AS last FROM drizzle.__drizzle_migrations`);
    const known = Math.max(...readMigrationFiles(MIGRATIONS).map(({ folderMillis }) => folderMillis));
    if (Number(rows[0]?.last) > known) throw new NewerDatabase();
  });
}

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
