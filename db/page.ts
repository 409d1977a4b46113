/** Lists come in pages by key, not by offset: what is added meanwhile neither repeats nor hides a row. */
import { z } from 'zod';

export const PAGE_LIMIT = 500;
/** The year 10000: both engines and ISO 8601 agree up to here. */
const MAX_INSTANT = 253_402_300_800_000;

/** The last row of a page: its group (live sessions come first), its moment, its id. */
export const cursor = z.strictObject({
  rank: z.int(),
  at: z.int().min(0).max(MAX_INSTANT),
  // A text column takes no NUL.
  id: z
    .string()
    .max(200)
    .regex(/^[^\0]*$/),
});
export type Cursor = z.infer<typeof cursor>;

/** `limit` is 1 to 500. `after` is the `next` of the page before. */
export type PageRequest = { limit?: number; after?: Cursor };
/** `next`: the page goes on behind this row; none on the last page. */
export type Page<T> = { items: T[]; next?: Cursor };

export function limitOf(request: PageRequest): number {
  return Math.max(1, Math.min(request.limit ?? PAGE_LIMIT, PAGE_LIMIT));
}

/** Of `limit + 1` rows asked for, the last one only says that there is more. */
export function toPage<T>(rows: T[], limit: number, cursorOf: (row: T) => Cursor): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || !last) return { items };
  return { items, next: cursorOf(last) };
}
