/** Lists come in pages by key, not by offset: what is added meanwhile neither repeats nor hides a row. */
import { z } from 'zod';

export const PAGE_LIMIT = 500;
/** The year 10000: both engines and ISO 8601 agree up to here. */
const MAX_INSTANT = 253_402_300_800_000;

/** The last row of a page: its group (live sessions come first), its moment, its id. */
const cursor = z.strictObject({
  rank: z.int(),
  at: z.int().min(0).max(MAX_INSTANT),
  // A text column takes no NUL.
  id: z
    .string()
    .max(200)
    .regex(/^[^\0]*$/),
});
export type Cursor = z.infer<typeof cursor>;

/** `limit` is 1 to 500. `after` comes from `parseContinue`. */
export type PageRequest = { limit?: number; after?: Cursor };
export type Page<T> = { items: T[]; continue?: string };

/** Undefined when this is not a token that a page gave out. */
export function parseContinue(token: string): Cursor | undefined {
  try {
    const parsed = cursor.safeParse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function limitOf(request: PageRequest): number {
  return Math.max(1, Math.min(request.limit ?? PAGE_LIMIT, PAGE_LIMIT));
}

/** Of `limit + 1` rows asked for, the last one only says that there is more. */
export function toPage<T>(rows: T[], limit: number, cursorOf: (row: T) => Cursor): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || !last) return { items };
  return { items, continue: continueAfter(cursorOf(last)) };
}

/** The token by which a list goes on behind this place. */
export function continueAfter(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}
