/**
 * Continue tokens: the cursor of a page, and the list that it belongs to. A token is no secret and grants nothing; it
 * names its list because a row's place in one list says nothing about another.
 */
import { z } from 'zod';
import { type Cursor, cursor } from '#db/page.ts';

const token = z.strictObject({ list: z.string(), cursor });

/** What a token is good for: one resource with one selection. The length of a page may change on the way. */
export function listId(resource: string, labels: Readonly<Record<string, string>>): string {
  const selected = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return `${resource}?${selected.sort().join(',')}`;
}

export function continueToken(list: string, cursor: Cursor): string {
  return Buffer.from(JSON.stringify({ list, cursor })).toString('base64url');
}

/** A text says what is wrong. */
export function parseContinue(text: string, list: string): Cursor | string {
  const parsed = token.safeParse(jsonIn(text));
  if (!parsed.success) return 'not a token that a list gave out';
  return parsed.data.list === list ? parsed.data.cursor : 'a token of another list: start again without it';
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
