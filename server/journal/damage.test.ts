import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Claim } from '#rooms/ports.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-damage-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A file with rooms `a` and `b`, three large batches and a snapshot each, all of them out of the tail. */
async function written(name: string): Promise<string> {
  const file = join(directory, name);
  const store = sqliteStore(file);
  for (const room of ['a', 'b']) {
    const claim = (await store.create(room, 'chat', `journal-${room}`, 'p1', Buffer.from('genesis'))) as Claim;
    for (let n = 1; n <= 3; n++) await store.append(claim, n, Buffer.alloc(3000, `batch of ${room}. `));
    await store.snapshot(claim, 1, Buffer.alloc(3000, `state of ${room}. `), false);
  }
  await store.close();
  await sqliteStore(file).close();
  return file;
}

/** Overwrites the page that holds the first `text`, the pointer to its next page included, or only its bytes. */
function damage(file: string, text: string, whole: boolean): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(text);
  const page = at - (at % 4096);
  bytes.fill(0xff, whole ? page : page + 4, page + 4096);
  writeFileSync(file, bytes);
}

it.each([
  ['batch of a. ', true],
  ['batch of a. ', false],
  ['state of a. ', true],
])('[J22] a damaged page (%s, %s) is of its room: others open, write and load', async (text, whole) => {
  const file = await written(`${text}${whole}.db`);
  damage(file, text, whole);
  const store = sqliteStore(file);
  const [a, b] = [(await store.claim('a', 'p2')) as Claim, (await store.claim('b', 'p2')) as Claim];
  const results = await Promise.allSettled([store.load(a), store.append(b, 4, Buffer.from('more')), store.load(b)]);
  expect(results.slice(1).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  const [damaged] = results;
  // Bytes that only changed are for the seal to find; what SQLite or the framing finds is told apart from a store that is away.
  if (damaged.status === 'rejected') expect(damaged.reason).toMatchObject({ name: 'DamageError' });
  else
    expect(Buffer.concat(damaged.value.entries.map(({ bytes }) => bytes)).includes(Buffer.alloc(64, 0xff))).toBe(true);
  if (whole) expect(damaged.status).toBe('rejected');
  await store.quarantine('a', 'damaged');
  await store.close();
  const again = sqliteStore(file);
  expect(await again.find('a')).toMatchObject({ quarantined: 'damaged' });
  await again.close();
});
