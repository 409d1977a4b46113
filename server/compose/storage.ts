/** Opens the journal, the database, and the keys that both are sealed with. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '#db/connect.ts';
import { keyringStore } from '#db/stores/keyrings.ts';
import { players } from '#db/tables/players.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { refuseHalfRestored } from '#server/backup/restore.ts';
import type { ClusterConfig, Config } from '#server/config.ts';
import { redisStore } from '#server/journal/redis.ts';
import { type SqliteStore, sqliteStore } from '#server/journal/sqlite.ts';
import { type Keyring, openKeyring } from '#server/keys/keyring.ts';
import { explain, starting } from '#server/start/failures.ts';
import { type RedisWatch, watchRedis } from '#server/start/watch-redis.ts';
import { databaseOf, keysOf } from '#server/storage.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type Storage = {
  store: JournalStore;
  database: Database;
  keyring: Keyring;
  /** Why rooms cannot be kept now, by what is in the way. */
  trouble(): Readonly<Record<string, string>>;
  /** What is wrong with the Redis that many share. */
  findings?: RedisWatch['findings'];
  /** Copies a journal that is this process's alone. */
  copyJournal?: SqliteStore['copyTo'];
};

export type StorageDeps = { config: Config; log: Logger };

/** @throws with a sentence when something that is stored cannot be used. */
export async function openStorage(deps: StorageDeps, stack: AsyncDisposableStack): Promise<Storage> {
  const { dataDir, cluster } = deps.config;
  return starting('data', dataDir, async () => {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return cluster ? shared(deps, cluster, stack) : own(deps, stack);
  });
}

/** One process: files of its own. */
async function own({ config, log }: StorageDeps, stack: AsyncDisposableStack): Promise<Storage> {
  const { dataDir } = config;
  refuseHalfRestored(dataDir);
  const hasData = (await readdir(dataDir)).some((name) => name === 'journal.sqlite' || name === 'pg');
  const keyring = await openKeyring({ ...keysOf(config), hasData });
  const store = sqliteStore(join(dataDir, 'journal.sqlite'), { synchronous: config.synchronous });
  stack.defer(() => store.close());
  const database = await databaseOf(config, log);
  stack.defer(() => database.close());
  const trouble = (): Record<string, string> => {
    const error = store.trouble();
    if (!error) return {};
    const explained = explain('data', dataDir, error);
    const { message } = explained as Error;
    return { journal: explained === error ? `The journal in ${dataDir} cannot be written (${message}).` : message };
  };
  return { store, keyring, database, trouble, copyJournal: store.copyTo };
}

/** One of many: everything lies where all of them reach it. */
async function shared({ config, log }: StorageDeps, cluster: ClusterConfig, stack: AsyncDisposableStack) {
  const database = await databaseOf(config, log);
  stack.defer(() => database.close());
  const watch = await watchRedis(cluster.redisUrl, cluster.role, log);
  stack.defer(() => watch.close());
  const store = await redisStore(cluster.redisUrl, log, cluster);
  stack.defer(() => store.close());
  const place = { ...keyringStore(database.db), name: 'the row of table keyrings', beside: 'the database or in Redis' };
  const hasData = async () => (await store.machines()).length > 0 || (await database.db.$count(players)) > 0;
  const keyring = await openKeyring({ ...keysOf(config), place, hasData: !(await place.read()) && (await hasData()) });
  const trouble = (): Record<string, string> => {
    const fatal = watch.findings().find((one) => one.fatal);
    return fatal ? { redis: fatal.sentence } : {};
  };
  return { store, keyring, database, trouble, findings: watch.findings };
}
