/** What survives a process: the journal, the database, and the keys that both are sealed with. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from '#db/connect.ts';
import { keyringStore } from '#db/stores/keyrings.ts';
import { players } from '#db/tables/players.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { refuseHalfRestored } from '#server/backup/restore.ts';
import type { ClusterConfig, Config } from '#server/config.ts';
import { redisStore } from '#server/journal/redis.ts';
import { type SqliteStore, sqliteReader, sqliteStore } from '#server/journal/sqlite.ts';
import { type Keyring, openKeyring } from '#server/keys/keyring.ts';
import { inFile, type RingPlace } from '#server/keys/ring-file.ts';
import { KeyError } from '#server/keys/wrapping.ts';
import { starting } from '#server/start/failures.ts';
import { type RedisWatch, watchRedis } from '#server/start/watch-redis.ts';
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

/**
 * What it opens is closed with `opened`, also when only a part of it could be opened.
 * @throws with a sentence when something that is stored cannot be used.
 */
export async function openStorage(config: Config, log: Logger, opened: AsyncDisposableStack): Promise<Storage> {
  return starting('data', config.dataDir, async () => {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    return config.cluster ? shared(config, config.cluster, log, opened) : own(config, log, opened);
  });
}

/** One process: files of its own. */
async function own(config: Config, log: Logger, opened: AsyncDisposableStack): Promise<Storage> {
  const { dataDir } = config;
  refuseHalfRestored(dataDir);
  const hasData = (await readdir(dataDir)).some((name) => name === 'journal.sqlite' || name === 'pg');
  const keyring = await openKeyring({ ...keysOf(config), hasData });
  const store = sqliteStore(join(dataDir, 'journal.sqlite'), { synchronous: config.synchronous });
  opened.defer(() => store.close());
  const database = await databaseOf(config, log);
  opened.defer(() => database.close());
  return { store, keyring, database, trouble: () => ({}), copyJournal: store.copyTo };
}

/** One of many: everything lies where all of them reach it. */
async function shared(
  config: Config,
  cluster: ClusterConfig,
  log: Logger,
  opened: AsyncDisposableStack,
): Promise<Storage> {
  const database = await databaseOf(config, log);
  opened.defer(() => database.close());
  const watch = await watchRedis(cluster.redisUrl, cluster.role, log);
  opened.defer(() => watch.close());
  const store = await redisStore(cluster.redisUrl, log, cluster);
  opened.defer(() => store.close());
  const place = { ...keyringStore(database.db), name: 'the row of table keyrings', beside: 'the database or in Redis' };
  const hasData = async () => (await store.list()).length > 0 || (await database.db.$count(players)) > 0;
  const keyring = await openKeyring({ ...keysOf(config), place, hasData: !(await place.read()) && (await hasData()) });
  const trouble = (): Record<string, string> => {
    const fatal = watch.findings().find((one) => one.fatal);
    return fatal ? { redis: fatal.sentence } : {};
  };
  return { store, keyring, database, trouble, findings: watch.findings };
}

export type Reading = { store: Pick<JournalStore, 'list' | 'read'>; keyring: Keyring; close(): Promise<void> };

/** The journal for somebody who only looks: nothing is made, brought up to date or written. @throws with a sentence. */
export async function openToLook(config: Config, log: Logger): Promise<Reading> {
  const { cluster, dataDir } = config;
  if (cluster) {
    const database = await databaseOf(config, log, { migrate: false });
    const close = () => database.close();
    try {
      const place = { ...keyringStore(database.db), name: 'the row of table keyrings' };
      const keyring = await openKeyring({ ...keysOf(config), place: untouched(place) });
      const { list, read, close: leave } = await redisStore(cluster.redisUrl, log, cluster);
      return { store: { list, read }, keyring, close: () => leave().then(close) };
    } catch (error) {
      await close();
      throw error;
    }
  }
  const { list, read, close } = sqliteReader(join(dataDir, 'journal.sqlite'));
  const place = untouched(inFile(join(dataDir, 'keyring.json')));
  const keyring = await openKeyring({ ...keysOf(config), place }).catch(async (error) => {
    await close();
    throw error;
  });
  return { store: { list, read }, keyring, close };
}

/** The keys alone, to change them. @throws with a sentence when there are none yet. */
export async function openKeys(config: Config, log: Logger): Promise<{ keyring: Keyring; close(): Promise<void> }> {
  const own = inFile(join(config.dataDir, 'keyring.json'));
  const database = config.cluster && (await databaseOf(config, log, { migrate: false }));
  const place = database ? { ...keyringStore(database.db), name: 'the row of table keyrings' } : own;
  const close = async () => database?.close();
  try {
    const keyring = await openKeyring({ ...keysOf(config), place: { ...untouched(place), replace: place.replace } });
    return { keyring, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The accounts and what they are sealed with, to change one while nothing else is needed. @throws with a sentence. */
export async function openAccounts(config: Config, log: Logger): Promise<Pick<Storage, 'database' | 'keyring'>> {
  const own = inFile(join(config.dataDir, 'keyring.json'));
  if (!config.cluster && !(await own.read())) untouchedAt(own.name);
  const database = await databaseOf(config, log, { migrate: false });
  const shared = { ...keyringStore(database.db), name: 'the row of table keyrings' };
  try {
    const place = untouched(config.cluster ? shared : own);
    return { database, keyring: await openKeyring({ ...keysOf(config), place }) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Whoever looks at a place where nothing was ever kept makes no keys for it. */
function untouched(place: RingPlace): RingPlace {
  const no = async () => untouchedAt(place.name);
  return { ...place, read: async () => (await place.read()) ?? no(), create: no, replace: no };
}

function untouchedAt(name: string): never {
  throw new KeyError(`There is no keyring in ${name}: nothing was ever kept here.`);
}

const keysOf = ({ dataDir, key, keyFile, test }: Config) => ({ dataDir, key, keyFile, sealing: !test.unsealed });

function databaseOf({ databaseUrl }: Config, log: Logger, options: { migrate?: boolean } = {}): Promise<Database> {
  const onLost = ({ message }: Error) => log.warn({ reason: message }, 'a database connection was lost');
  const open = () => openDatabase(databaseUrl, { ...options, onLost });
  if (!databaseUrl.startsWith('postgres')) return open();
  const { host, pathname } = new URL(databaseUrl);
  return starting('database', `${host}${pathname}`, open);
}
