/** Of every `JournalStore`: one batch, and logs page by page. Part of `contract.ts`. */
import { expect, it } from 'vitest';
import { loadAll, readAll } from '#rooms/host/pages.ts';
import { type Claim, type JournalStore, type Kept, PAGE_ENTRIES } from '#rooms/ports.ts';
import type { Opened } from '#server/journal/contract.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = ({ entries }: Kept) => entries.map((entry) => new TextDecoder().decode(entry.bytes));
const fate = (fate: string) => expect.objectContaining({ name: 'JournalError', fate });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

let ids = 0;

export function pagesContract(opened: () => Opened): void {
  async function created(store: JournalStore): Promise<Claim> {
    const claim = await store.create('a', 'chess', `paged-${ids++}`, 'p1', bytes('genesis'));
    if (claim === 'exists') throw new Error('a exists');
    return claim;
  }

  async function claimed(store: JournalStore): Promise<Claim> {
    const claim = await store.claim('a', 'p2');
    if (typeof claim === 'string') throw new Error(claim);
    return claim;
  }

  async function write(store: JournalStore, claim: Claim, from: number, to: number) {
    for (let n = from; n <= to; n++) await store.append(claim, n, bytes(`b${n}`));
  }

  it('[J38] one batch is read by its number, under a claim', async () => {
    const { store } = opened();
    const claim = await created(store);
    await write(store, claim, 1, 3);
    expect(await store.entry(claim, 2)).toEqual({ n: 2, epoch: 1, bytes: bytes('b2') });
    expect(await store.entry(claim, 4)).toBeUndefined();
    await store.snapshot(claim, 2, bytes('s2'), true);
    expect(await store.entry(claim, 2)).toBeUndefined();
    expect(await store.entry(await claimed(store), 3)).toEqual({ n: 3, epoch: 1, bytes: bytes('b3') });
    await expect(store.entry(claim, 3)).rejects.toEqual(fate('fenced'));
  });

  it('[J39] a log is read in pages: snapshot and mark with the first, and each says whether there is more', async () => {
    const { store } = opened();
    const claim = await created(store);
    await write(store, claim, 1, 5);
    await store.settle(claim, 5, undefined, 'five');
    await store.snapshot(claim, 1, bytes('s1'), false);
    const pages = [
      await store.load(claim, { limit: 2 }),
      await store.load(claim, { after: 3, limit: 2 }),
      await store.read('a', claim.journal, { after: 'snapshot', limit: 4 }),
      await store.read('a', claim.journal, { after: 1, limit: 3 }),
    ] as Kept[];
    expect(pages.map(texts)).toEqual([
      ['b2', 'b3'],
      ['b4', 'b5'],
      ['b2', 'b3', 'b4', 'b5'],
      ['b2', 'b3', 'b4'],
    ]);
    expect(pages.map(({ more = false }) => more)).toEqual([true, false, false, true]);
    expect(pages.map(({ snapshot }) => snapshot?.n)).toEqual([1, undefined, 1, undefined]);
    expect(pages.map(({ mark }) => mark)).toEqual(['five', undefined, 'five', undefined]);
    await write(store, claim, 6, PAGE_ENTRIES + 9);
    expect((await store.read('a', claim.journal))?.entries).toHaveLength(PAGE_ENTRIES);
    const whole = { entries: { length: PAGE_ENTRIES + 10 }, mark: 'five' };
    expect(await readAll(store, claim)).toMatchObject(whole);
    expect((await loadAll(store, claim)).entries.map(({ n }) => n)).toEqual(range(2, PAGE_ENTRIES + 9));
    const reopened = await opened().reopen?.();
    if (!reopened) return;
    expect(await readAll(reopened, claim)).toMatchObject(whole);
    expect(texts(await reopened.load(claim, { after: 300, limit: 2 }))).toEqual(['b301', 'b302']);
  });
}
