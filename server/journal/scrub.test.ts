import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Claim } from '#rooms/ports.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-scrub-'));
afterAll(() => rmSync(directory, { recursive: true }));

const MAGIC = Buffer.from('\xfe\xed\xbe\xef', 'latin1');

/** A word of eight bytes that names `id`, over and over: any scrap of it tells. */
function marked(id: number, words: number): Buffer {
  const bytes = Buffer.alloc(words * 8);
  for (let at = 0; at < bytes.length; at += 8) {
    MAGIC.copy(bytes, at);
    bytes.writeUInt32BE(id, at + 4);
  }
  return bytes;
}

/** The ids of which a scrap lies in any file. */
function onDisk(): Set<number> {
  const ids = new Set<number>();
  for (const name of readdirSync(directory)) {
    const file = readFileSync(join(directory, name));
    for (let at = file.indexOf(MAGIC); at !== -1 && at + 8 <= file.length; at = file.indexOf(MAGIC, at + 8))
      ids.add(file.readUInt32BE(at + 4));
  }
  return ids;
}

it('[J21] what was trimmed is in no file after a scrub, wherever it lay before', async () => {
  const store = sqliteStore(join(directory, 'journal.db'));
  const claims: Claim[] = [];
  const gone = new Set<number>();
  const kept = new Set<number>();
  let id = 1;
  for (let i = 0; i < 40; i++) {
    gone.add(id);
    claims.push((await store.create(`r${i}`, 'chat', `j${i}`, 'p1', marked(id++, 8))) as Claim);
  }
  // Six thousand batches: the first get sorted, the last lie in the tail; from a word to overflow pages.
  for (let n = 1; n <= 150; n++) {
    await Promise.all(
      claims.map((claim, i) => {
        (i % 3 === 0 || n <= 130 ? gone : kept).add(id);
        return store.append(claim, n, marked(id++, 3 + ((n * 37 + i * 101) % 60) * (n % 25 === 0 ? 40 : 1)));
      }),
    );
    if (n % 30 !== 0 || n === 150) continue;
    for (const [i, claim] of claims.entries()) {
      gone.add(id);
      await store.snapshot(claim, n - 20 + (i % 20), marked(id++, 100 * (1 + (i % 9))), i % 2 === 0);
    }
  }
  for (const [i, claim] of claims.entries()) {
    if (i % 3 === 0) await store.end(claim, false);
    else await store.snapshot(claim, 130, new Uint8Array(50), true);
  }
  const deleted = onDisk();
  expect([...gone].filter((id) => deleted.has(id))).not.toHaveLength(0);

  await store.scrub();
  const left = onDisk();
  expect([...gone].filter((id) => left.has(id))).toEqual([]);
  expect([...kept].filter((id) => !left.has(id))).toEqual([]);
  await store.close();
});

it('[J21] scrubs asked for together are one, and the next waits its second', async () => {
  const store = sqliteStore(join(directory, 'second.db'));
  await Promise.all([store.scrub(), store.scrub(), store.scrub()]);
  const from = performance.now();
  const both = [store.scrub(), store.scrub()];
  await Promise.all(both);
  expect(performance.now() - from).toBeGreaterThan(900);
  expect(both[0]).toBe(both[1]);
  await store.close();
});
