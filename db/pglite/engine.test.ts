import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '#db/connect.ts';
import { DirectoryInUse } from '#db/pglite/lock.ts';

const HEAVY = 'select sum(n::bigint * n) from generate_series(1, 3000000) n';

/** Runs it, and reports how long it took and the longest that nothing else could run (ms). */
async function watchLoop(run: () => Promise<unknown>): Promise<{ took: number; stall: number }> {
  let stall = 0;
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    stall = Math.max(stall, now - last);
    last = now;
  };
  const timer = setInterval(beat, 1);
  const start = last;
  await run();
  beat();
  clearInterval(timer);
  return { took: performance.now() - start, stall };
}

describe('in memory', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase('pglite:memory');
  });
  afterAll(() => database.close());

  it('[D10] a heavy query blocks the event loop briefly in the worker, and throughout on the main thread', async () => {
    const apart = await watchLoop(() => database.db.execute(sql.raw(HEAVY)));
    expect(apart.stall).toBeLessThan(apart.took / 4);

    const here = await PGlite.create();
    onTestFinished(() => here.close());
    const inline = await watchLoop(() => here.query(HEAVY));
    expect(inline.stall).toBeGreaterThan(inline.took / 2);
  }, 60_000);

  it('[D10] a failed query affects no other, and a large result arrives whole', async () => {
    await expect(database.db.execute(sql`select nonsense`)).rejects.toThrow();
    const letters = 'x'.repeat(1000);
    const { rows } = await database.db.execute(sql`select ${letters}::text as t, n from generate_series(1, 5000) n`);
    expect(rows).toHaveLength(5000);
    expect(rows.at(-1)).toEqual({ t: letters, n: 5000 });
  });

  it('[D10] concurrent transactions run one after the other, and one that throws leaves nothing', async () => {
    const { db } = database;
    await db.execute(sql`create table tally (n int)`);
    await db.execute(sql`insert into tally values (0)`);
    const add = (fails: boolean) =>
      db.transaction(async (tx) => {
        const { rows } = await tx.execute<{ n: number }>(sql`select n from tally`);
        await tx.execute(sql`update tally set n = ${(rows[0]?.n ?? 0) + 1}`);
        if (fails) throw new Error('no');
      });
    await Promise.allSettled([false, true, false, true, false].map(add));
    expect((await db.execute(sql`select n from tally`)).rows).toEqual([{ n: 3 }]);
  });
});

describe('on disk', { timeout: 60_000 }, () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parlor-pglite-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('[D11] a reopened directory has everything written, and is locked while open', async () => {
    const url = `pglite:${join(directory, 'db')}`;
    const first = await openDatabase(url);
    await expect(openDatabase(url)).rejects.toThrow(DirectoryInUse);
    await expect(openDatabase(url)).rejects.toThrow(`is in use by process ${process.pid}`);
    await first.db.execute(sql`insert into revocations values ('session', 's1', now())`);
    await first.close();
    const again = await openDatabase(url);
    onTestFinished(() => again.close());
    expect((await again.db.execute(sql`select name from revocations`)).rows).toEqual([{ name: 's1' }]);
  });

  it('[D11] a damaged or emptied directory is refused, never re-created, and not left locked', async () => {
    const emptied = join(directory, 'emptied');
    await mkdir(join(emptied, 'cluster'), { recursive: true });
    await expect(openDatabase(`pglite:${emptied}`)).rejects.toThrow('cannot be opened');
    await expect(openDatabase(`pglite:${emptied}`)).rejects.toThrow('cannot be opened');
    expect(await readdir(join(emptied, 'cluster'))).toEqual([]);

    const damaged = join(directory, 'damaged');
    await mkdir(join(damaged, 'cluster'), { recursive: true });
    await writeFile(join(damaged, 'cluster', 'PG_VERSION'), '18\n');
    await expect(openDatabase(`pglite:${damaged}`)).rejects.toThrow('cannot be opened');
  });

  it('[D11] an address that cannot be opened is refused with the reason', async () => {
    await expect(openDatabase('pglite:')).rejects.toThrow('needs a directory');
    await expect(openDatabase('mysql://x')).rejects.toThrow('must begin with pglite: or postgres://');
  });
});
