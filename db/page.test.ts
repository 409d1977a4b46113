import { expect, it } from 'vitest';
import { limitOf, PAGE_LIMIT, parseContinue, toPage } from '#db/page.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('[D4] a continue token that no page gave out is not taken', () => {
  const tokens = ['', '%%%', encode(null), encode({ rank: 0, at: 1 }), encode({ rank: 0, at: 'now', id: 'x' })];
  const impossible = [encode({ rank: 0, at: 9e15, id: 'x' }), encode({ rank: 0, at: 1, id: 'a\0b' })];
  for (const token of [...tokens, ...impossible]) expect(parseContinue(token)).toBeUndefined();
  expect(parseContinue(encode({ rank: 0, at: 1, id: 'x' }))).toEqual({ rank: 0, at: 1, id: 'x' });
});

it('[D4] a page is never longer than the limit, and says whether there is more', () => {
  const cursorOf = (n: number) => ({ rank: 0, at: n, id: 'x' });
  expect(toPage([1, 2], 2, cursorOf)).toEqual({ items: [1, 2] });
  const page = toPage([1, 2, 3], 2, cursorOf);
  expect(page.items).toEqual([1, 2]);
  expect(parseContinue(page.continue ?? '')).toEqual(cursorOf(2));
  expect([limitOf({ limit: 0 }), limitOf({ limit: 1e9 }), limitOf({})]).toEqual([1, PAGE_LIMIT, PAGE_LIMIT]);
});
