/** Opens the file of the embedded journal: ours, of this version, and to this process alone. */
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CONTENT_TABLE } from '#server/journal/content.ts';

/** The journal's file cannot be used; the message says why and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** NORMAL survives a killed process; a power cut may take the last moments. FULL survives that too, and syncs every turn. */
export type Synchronous = 'NORMAL' | 'FULL';

const VERSION = 2;
/** Marks the file as ours: "Parl". */
const APPLICATION = 0x5061726c;

/**
 * Batches go to `tail` in the order in which they come: a turn of a hundred rooms then touches a handful
 * of pages, not a hundred. From there they are gathered into runs, one journal each. A row of the tail
 * never moves: it is zeroed in place (`live`), and the table is emptied as a whole.
 */
const TABLES = `
  ${CONTENT_TABLE}
  CREATE TABLE journal (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, room TEXT NOT NULL, machine TEXT NOT NULL,
    epoch INTEGER NOT NULL, owner TEXT NOT NULL, settled INTEGER NOT NULL, deadline REAL,
    attempts INTEGER NOT NULL, quarantined TEXT, ended INTEGER NOT NULL, mark TEXT, unproven INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX journal_of_room ON journal (room, id);
  CREATE UNIQUE INDEX journal_living ON journal (room) WHERE ended = 0;
  CREATE TABLE tail (
    place INTEGER PRIMARY KEY, live INTEGER NOT NULL, journal INTEGER NOT NULL, n INTEGER NOT NULL,
    epoch INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE run (
    journal INTEGER NOT NULL, n INTEGER NOT NULL, last INTEGER NOT NULL, content INTEGER NOT NULL,
    PRIMARY KEY (journal, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE snapshot (
    journal INTEGER PRIMARY KEY, n INTEGER NOT NULL, epoch INTEGER NOT NULL, content INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE owner (name TEXT PRIMARY KEY, alive REAL NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;

/** Throws `StoreError`. The lock is the kernel's: it goes with the process, however that ends. */
export function openFile(file: string, synchronous: Synchronous): DatabaseSync {
  const db = opening(file, undefined, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    return new DatabaseSync(file, { timeout: 500 });
  });
  return opening(file, db, () => {
    // Exclusive has to come first: only then does the write-ahead log do without shared memory.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    refuseStrangers(db, file);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA secure_delete = ON;
      PRAGMA cache_size = -16000; BEGIN EXCLUSIVE`);
    if (numberOf(db, 'user_version') === 0) db.exec(TABLES);
    db.exec('COMMIT');
    return db;
  });
}

/** For somebody who only looks, while nobody else has the file. Throws `StoreError`. */
export function openToRead(file: string): DatabaseSync {
  if (!existsSync(file)) throw new StoreError(`There is no journal at ${file}.`);
  const db = opening(file, undefined, () => new DatabaseSync(file, { timeout: 500, readOnly: true }));
  return opening(file, db, () => {
    refuseStrangers(db, file);
    return db;
  });
}

/** Runs a step of opening; what goes wrong closes the file and becomes a sentence. */
export function opening<T>(file: string, db: DatabaseSync | undefined, step: () => T): T {
  try {
    return step();
  } catch (error) {
    db?.close();
    throw error instanceof StoreError ? error : new StoreError(sentence(file, error as Error & { errcode?: number }));
  }
}

function refuseStrangers(db: DatabaseSync, file: string): void {
  const application = numberOf(db, 'application_id');
  const version = numberOf(db, 'user_version');
  const tables = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables;
  if (application === 0 && version === 0 && tables === 0) return;
  if (application !== APPLICATION)
    throw new StoreError(`${file} is a database of something else than Parlor's journal.`);
  if (version < VERSION)
    throw new StoreError(
      `${file} was written by a Parlor before 0.2.0 (format ${version}), which this one does not read. Move the data directory away.`,
    );
  if (version > VERSION)
    throw new StoreError(
      `${file} was written by a newer Parlor (format ${version}, this one reads ${VERSION}). Start that one, or restore a backup.`,
    );
}

function numberOf(db: DatabaseSync, pragma: string): number {
  return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

function sentence(file: string, error: Error & { errcode?: number }): string {
  switch (error.errcode) {
    case BUSY:
      return `${file} is in use by another process. Is Parlor running already?`;
    case NOT_A_DATABASE:
      return `${file} is not a journal of Parlor. Move it away, or restore a backup.`;
    case CORRUPT:
      return `${file} is damaged: ${error.message}. Restore a backup.`;
    default:
      return `${file} cannot be opened: ${error.message}.`;
  }
}
