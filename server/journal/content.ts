/**
 * Content that leaves no scraps. SQLite's `secure_delete` zeroes what is deleted, but not the copies
 * that a page keeps of rows that were moved off it. So content lies on overflow pages alone: those
 * belong to one row, never move, and are zeroed when it goes. Source: the file format,
 * https://www.sqlite.org/fileformat2.html#b_tree_pages ("K").
 */
import type { DatabaseSync } from 'node:sqlite';
import { DamageError } from '#server/journal/fates.ts';

const PAGE = 4096;
/** What of a large row stays in the b-tree when the rest fills its overflow pages exactly. */
const LOCAL = Math.floor(((PAGE - 12) * 32) / 255) - 23;
const OVERFLOW = PAGE - 4;
/** Zeros that fill the local part, then the length of the content. */
const START = LOCAL + 4;

export const CONTENT_TABLE = `
  PRAGMA page_size = ${PAGE};
  CREATE TABLE content (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`;

export type Content = ReturnType<typeof contentOf>;

export function contentOf(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO content (bytes) VALUES (?)');
  const select = db.prepare('SELECT bytes FROM content WHERE id = ?');
  const remove = db.prepare('DELETE FROM content WHERE id = ?');

  function read(id: number): Uint8Array {
    let row: { bytes?: unknown } | undefined;
    try {
      row = select.get(id);
    } catch (error) {
      throw new DamageError(`What is stored cannot be read: ${(error as Error).message}.`);
    }
    if (row?.bytes instanceof Uint8Array) return row.bytes;
    throw new DamageError('What is stored is not there.');
  }

  return {
    /** The id of what now lies there. */
    put(what: Uint8Array): number {
      const bytes = Buffer.alloc(padded(START + what.length));
      bytes.writeUInt32BE(what.length, LOCAL);
      bytes.set(what, START);
      return Number(insert.run(bytes).lastInsertRowid);
    },
    /** Throws `DamageError`. */
    get(id: number): Buffer {
      const { buffer, byteOffset, length } = read(id);
      if (length < START) throw new DamageError('What is stored has no length.');
      const bytes = Buffer.from(buffer, byteOffset, length);
      const end = START + bytes.readUInt32BE(LOCAL);
      if (end > length) throw new DamageError('What is stored is cut short.');
      return bytes.subarray(START, end);
    },
    drop(id: number): void {
      remove.run(id);
    },
  };
}

/** The least size of a blob, `least` or more, whose record is `LOCAL` and whole overflow pages. */
function padded(least: number): number {
  for (let pages = 1; ; pages++) {
    const record = LOCAL + pages * OVERFLOW;
    // A record's header: its own length, the type of the id, the type of the blob as a varint.
    for (const header of [4, 5, 6]) {
      const size = record - header;
      if (size >= least && header === 2 + varint(12 + 2 * size)) return size;
    }
  }
}

const varint = (value: number) => Math.ceil(Math.log2(value + 1) / 7);
