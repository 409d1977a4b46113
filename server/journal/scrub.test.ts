import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Claim } from '#rooms/ports.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-scrub-'));
afterAll(() => rmSync(directory, { recursive: true }));

const MAGIC = Buffer.from('\xfe\xed\xbe\xef', 'latin1');

/** A word of twelve bytes that names `id` twice, over and over: any scrap of it tells, and half a word does not. */
function marked(id: number, words: number): Buffer {
  const bytes = Buffer.alloc(words * 12);
  for (let at = 0; at < bytes.length; at += 12) {
    MAGIC.copy(bytes, at);
    bytes.writeUInt32BE(id, at + 4);
    bytes.writeUInt32BE(id, at + 8);
  }
  return bytes;
}

/** The ids of which a scrap lies in any file. */
function onDisk(): Set<number> {
  const ids = new Set<number>();
  for (const name of readdirSync(directory)) {
    const file = readFileSync(join(directory, name));
    for (let at = file.indexOf(MAGIC); at !== -1 && at + 12 <= file.length; at = file.indexOf(MAGIC, at + 4)) {
      const id = file.readUInt32BE(at + 4);
      if (file.readUInt32BE(at + 8) === id) ids.add(id);
    }
  }
  return ids;
}

/** Random, and the same each time. */
let drawn = 1;
function random(below: number): number {
  drawn = (Math.imul(drawn, 1664525) + 1013904223) >>> 0;
  return Math.floor((drawn / 2 ** 32) * below);
}

let ids = 0;
type Room = { claim: Claim; batches: number[]; trimmed: number; snapshot?: number };

it('[J21] trimmed data is in no file after a scrub, and the rest still is', async () => {
  const store = sqliteStore(join(directory, 'journal.db'));
  const rooms: Room[] = [];
  const gone = new Set<number>();

  async function create(name: string): Promise<Room> {
    const batches = [++ids];
    const claim = (await store.create(name, 'chat', `${name}-${ids}`, 'p1', marked(ids, 8))) as Claim;
    return { claim, batches, trimmed: 0 };
  }

  /** From a word to many pages, as batches are: mostly small. */
  async function write(room: Room): Promise<void> {
    const words = 2 + (random(30) === 0 ? random(1500) : random(60));
    const n = room.batches.push(++ids) - 1;
    await store.append(room.claim, n, marked(ids, words));
    if (random(40) !== 0) return;
    const upTo = Math.max(room.trimmed, n - random(30));
    if (room.snapshot) gone.add(room.snapshot);
    room.snapshot = ++ids;
    room.trimmed = upTo;
    for (const id of room.batches.slice(0, upTo + 1)) gone.add(id);
    await store.snapshot(room.claim, upTo, marked(ids, 2 + random(2000)), true);
  }

  for (let i = 0; i < 40; i++) rooms.push(await create(`r${i}`));
  for (let round = 0; round < 4; round++) {
    for (let turn = 0; turn < 80; turn++) await Promise.all(rooms.map(write));
    const [ended] = rooms.splice(random(rooms.length), 1);
    for (const id of [...(ended?.batches ?? []), ended?.snapshot ?? 0]) gone.add(id);
    if (ended) await store.end(ended.claim, false);
    const deleted = onDisk();
    expect([...gone].some((id) => deleted.has(id))).toBe(true);

    await store.scrub();
    const left = onDisk();
    expect([...gone].filter((id) => left.has(id))).toEqual([]);
    const kept = rooms
      .flatMap(({ batches, snapshot }) => [...batches, snapshot ?? 0])
      .filter((id) => id && !gone.has(id));
    expect(kept.filter((id) => !left.has(id))).toEqual([]);
    rooms.push(await create(ended?.claim.room ?? ''));
  }
  await store.close();
});

it('[J21] concurrent scrub requests are one scrub, and the next waits its second', async () => {
  const store = sqliteStore(join(directory, 'second.db'));
  await Promise.all([store.scrub(), store.scrub(), store.scrub()]);
  const from = performance.now();
  const both = [store.scrub(), store.scrub()];
  await Promise.all(both);
  expect(performance.now() - from).toBeGreaterThan(900);
  expect(both[0]).toBe(both[1]);
  await store.close();
});
