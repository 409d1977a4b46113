import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAll } from '#rooms/host/pages.ts';
import { journalContract } from '#server/journal/contract.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-journal-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
const newFile = () => join(directory, `${files++}.db`);

journalContract('sqlite', async () => {
  const file = newFile();
  let store = sqliteStore(file);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = sqliteStore(file);
      return store;
    },
    close: () => store.close(),
  };
});

/** A process that appends to room `a` without end, and says after each batch that it is durable. */
const WRITER = `
  import { sqliteStore } from '#server/journal/sqlite.ts';
  const store = sqliteStore(process.argv[1]);
  const claim = await store.create('a', 'chess', 'journal', 'p1', Buffer.from('genesis'));
  for (let n = 1; ; n++) {
    await store.append(claim, n, Buffer.alloc(200, n));
    process.stdout.write(n + '\\n');
  }
`;

describe('the file of the journal', () => {
  it('[J18] the file is locked to one process; a second is refused, and a kill -9 frees it', async () => {
    const file = newFile();
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = 0;
    for await (const line of createInterface(writer.stdout)) {
      acknowledged = Number(line);
      if (acknowledged === 5)
        expect(() => sqliteStore(file)).toThrow(/in use by another process. Is Parlor running already/);
      // More than a tail: some batches were sorted, some were not.
      if (acknowledged === 6000) writer.kill('SIGKILL');
    }
    if (writer.signalCode === null) await once(writer, 'exit');
    expect(writer.signalCode).toBe('SIGKILL');

    const store = sqliteStore(file);
    const { entries } = await loadAll(store, (await store.claim('a', 'p2')) as never);
    expect(entries.map(({ n }) => n)).toEqual(Array.from({ length: entries.length }, (_, i) => i));
    expect(entries.length - 1).toBeGreaterThanOrEqual(acknowledged);
    await store.close();
  });

  it('[J18] a second store in the same process is refused too', async () => {
    const file = newFile();
    const store = sqliteStore(file);
    expect(() => sqliteStore(file)).toThrow(/in use/);
    await store.close();
    await sqliteStore(file).close();
  });

  it('[J19] a file that is foreign, newer or no database is refused with a sentence and unchanged', () => {
    const foreign = newFile();
    new DatabaseSync(foreign).exec('CREATE TABLE recipes (name TEXT)');
    expect(() => sqliteStore(foreign)).toThrow(/something else than Parlor's journal/);

    const newer = newFile();
    void sqliteStore(newer).close();
    const db = new DatabaseSync(newer);
    db.exec('PRAGMA user_version = 3');
    db.close();
    expect(() => sqliteStore(newer)).toThrow(/newer Parlor \(format 3, this one reads 2\)/);
    const first = new DatabaseSync(newer);
    first.exec('PRAGMA user_version = 1');
    first.close();
    expect(() => sqliteStore(newer)).toThrow(/before 0\.2\.0 \(format 1\), which this one does not read/);

    const text = newFile();
    writeFileSync(text, 'Dear diary, '.repeat(1000));
    const before = statSync(text).mtimeMs;
    expect(() => sqliteStore(text)).toThrow(/not a journal of Parlor/);
    expect(statSync(text)).toMatchObject({ mtimeMs: before, size: 12000 });
    expect(() => sqliteStore(join(text, 'below'))).toThrow(/cannot be opened/);
  });

  it('[J19] the file is readable by its owner alone', async () => {
    const file = newFile();
    const store = sqliteStore(file, { synchronous: 'FULL' });
    expect(statSync(file).mode & 0o077).toBe(0);
    await store.close();
  });
});
