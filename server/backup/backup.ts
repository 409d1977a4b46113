/**
 * A copy of everything that one process keeps, but its key. The journal first, then the database: an outcome that the
 * journal still holds is delivered again after a restore, which changes nothing; the other way round it could be lost.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

export const FORMAT = 1;
export const MANIFEST = 'parlor-backup.json';
/** What a backup holds, as in the data directory. */
export const PARTS = { journal: 'journal.sqlite', database: 'pg', keyring: 'keyring.json' } as const;

export type Sources = {
  dataDir: string;
  version: string;
  /** Copies the journal into a file that is not there yet. */
  journal(file: string): Promise<void>;
  /** Copies the database into a directory that is not there yet; absent where it lies elsewhere. */
  database?: ((directory: string) => Promise<void>) | undefined;
};

/** @throws with a sentence; then nothing is left of it. */
export async function makeBackup({ dataDir, version, journal, database }: Sources, given: string): Promise<string> {
  if (!given || !isAbsolute(given)) throw new Error('Where to? Name a directory that is not there yet.');
  const target = resolve(given);
  if (existsSync(target)) throw new Error(`${target} is there already; a backup overwrites nothing.`);
  if (!relative(resolve(dataDir), target).startsWith('..'))
    throw new Error(`${target} is inside of the data directory, and would be lost with it.`);
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await mkdir(partial, { mode: 0o700 });
  try {
    await journal(join(partial, PARTS.journal));
    await database?.(join(partial, PARTS.database));
    await copyFile(join(dataDir, PARTS.keyring), join(partial, PARTS.keyring));
    const about = { format: FORMAT, version, madeAt: new Date().toISOString(), database: database !== undefined };
    await writeFile(join(partial, MANIFEST), `${JSON.stringify(about, undefined, 2)}\n`, { mode: 0o600 });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw new Error(`The backup was not made: ${(error as Error).message}`, { cause: error });
  }
  const rest = database ? '' : ' The database is a PostgreSQL of your own: back it up now, with its own tools.';
  return `Everything is in ${target}, as of now, but the key: keep parlor.key (or PARLOR_KEY) somewhere else.${rest}`;
}
