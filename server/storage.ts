/** What survives a process, for programs that only look, or change one thing. A server opens it by `compose/storage.ts`. */
import { join } from 'node:path';
import { type Database, openDatabase } from '#db/connect.ts';
import { keyringStore } from '#db/stores/keyrings.ts';
import type { JournalStore } from '#rooms/ports.ts';
import type { Config } from '#server/config.ts';
import { redisStore } from '#server/journal/redis.ts';
import { sqliteReader } from '#server/journal/sqlite.ts';
import { type Keyring, openKeyring } from '#server/keys/keyring.ts';
import { inFile, type RingPlace } from '#server/keys/ring-file.ts';
import { KeyError } from '#server/keys/wrapping.ts';
import { starting } from '#server/start/failures.ts';
import type { Logger } from '#server/telemetry/log.ts';

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
export async function openAccounts(config: Config, log: Logger): Promise<{ database: Database; keyring: Keyring }> {
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

export const keysOf = ({ dataDir, key, keyFile, test }: Config) => ({ dataDir, key, keyFile, sealing: !test.unsealed });

export function databaseOf(
  { databaseUrl }: Config,
  log: Logger,
  options: { migrate?: boolean } = {},
): Promise<Database> {
  const onLost = ({ message }: Error) => log.warn({ reason: message }, 'database connection lost');
  const open = () => openDatabase(databaseUrl, { ...options, onLost });
  if (!databaseUrl.startsWith('postgres')) return open();
  const { host, pathname } = new URL(databaseUrl);
  return starting('database', `${host}${pathname}`, open);
}
