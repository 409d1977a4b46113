/** Whole logs, read page by page: no call to the store is longer than a page, whatever the length of the log. */
import type { Claim, JournalStore, Kept, Page } from '#rooms/ports.ts';

/** A log that is trimmed between two of its pages is read from its beginning again. */
const TRIES = 3;

/** What a takeover replays. */
export async function loadAll(store: Pick<JournalStore, 'load'>, claim: Claim): Promise<Kept> {
  const first = await store.load(claim);
  return (await pagesAfter(first, (page) => store.load(claim, page))) ?? first;
}

/** Everything from the genesis on or, with `snapshot`, what a takeover would load. */
export async function readAll(
  store: Pick<JournalStore, 'read'>,
  { room, journal }: { room: string; journal: string },
  after: 'start' | 'snapshot' = 'start',
): Promise<Kept | undefined> {
  const read = (page: Page) => store.read(room, journal, page);
  for (let left = TRIES; ; left--) {
    const first = await read({ after });
    const kept = first && (await pagesAfter(first, read));
    if (!kept || left === 1 || isWhole(kept)) return kept;
  }
}

async function pagesAfter(first: Kept, read: (page: Page) => Promise<Kept | undefined>): Promise<Kept | undefined> {
  const { more, ...kept } = first;
  for (let next = more; next; ) {
    const page: Kept | undefined = await read({ after: kept.entries.at(-1)?.n ?? 'start' });
    if (!page) return undefined;
    kept.entries.push(...page.entries);
    next = page.more;
  }
  return kept;
}

/** One batch follows the other. */
function isWhole({ entries }: Kept): boolean {
  return entries.every(({ n }, i) => n === (entries[0]?.n ?? 0) + i);
}
