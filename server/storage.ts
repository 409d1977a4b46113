/** What survives a process: the journal, the database, and the keys that both are sealed with. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from '#db/connect.ts';
import { keyringStore } from '#db/stores/keyrings.ts';
import { players } from '#db/tables/players.ts';
import type { JournalStore } from '#rooms/ports.ts';
import type { ClusterConfig, Config } from '#server/config.ts';
import { redisStore } from '#server/journal/redis.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { type Keyring, openKeyring } from '#server/keys/keyring.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type Storage = { store: JournalStore; database: Database; keyring: Keyring };

/** @throws with a sentence when something that is stored cannot be used. */
export async function openStorage(config: Config, log: Logger): Promise<Storage> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  return config.cluster ? shared(config, config.cluster, log) : own(config, log);
}

/** One process: files of its own. */
async function own(config: Config, log: Logger): Promise<Storage> {
  const { dataDir } = config;
  const hasData = (await readdir(dataDir)).some((name) => name === 'journal.sqlite' || name === 'pg');
  const keyring = await openKeyring({ ...keysOf(config), hasData });
  const store = sqliteStore(join(dataDir, 'journal.sqlite'), { synchronous: config.synchronous });
  return { store, keyring, database: await databaseOf(config, log) };
}

/** One of many: everything lies where all of them reach it. */
async function shared(config: Config, cluster: ClusterConfig, log: Logger): Promise<Storage> {
  const database = await databaseOf(config, log);
  const store = await redisStore(cluster.redisUrl, log, cluster);
  const place = { ...keyringStore(database.db), name: 'the row of table keyrings', beside: 'the database or in Redis' };
  const hasData = async () => (await store.list()).length > 0 || (await database.db.$count(players)) > 0;
  const keyring = await openKeyring({ ...keysOf(config), place, hasData: !(await place.read()) && (await hasData()) });
  return { store, keyring, database };
}

const keysOf = ({ dataDir, key, keyFile, test }: Config) => ({ dataDir, key, keyFile, sealing: !test.unsealed });

function databaseOf({ databaseUrl }: Config, log: Logger): Promise<Database> {
  const onLost = ({ message }: Error) => log.warn({ reason: message }, 'a database connection was lost');
  return openDatabase(databaseUrl, { onLost });
}
