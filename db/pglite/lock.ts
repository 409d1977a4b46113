import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export class DirectoryInUse extends Error {
  override readonly name = 'DatabaseError';
}

/**
 * Takes the directory for this process alone; the function it returns gives it back.
 *
 * PGlite lets two processes open, and ruin, the same files. A pid in a file can be stale, be another
 * container's, or be taken over by two at once; an exclusive lock that the kernel drops with its process
 * cannot, and an SQLite transaction holds one. `owner` is only for the error message.
 *
 * @throws DirectoryInUse when a process that lives has it.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const owner = join(directory, 'owner');
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!/locked/.test(String(cause))) throw cause;
    throw new DirectoryInUse(`The database in ${directory} is in use by process ${holder(owner)}.`, { cause });
  }
  writeFileSync(owner, String(process.pid));
  return () => lock.close();
}

function holder(owner: string): string {
  try {
    return readFileSync(owner, 'utf8');
  } catch {
    return 'unknown';
  }
}
