import { expect, it } from 'vitest';
import { limitOf, PAGE_LIMIT, toPage } from '#db/page.ts';

it('[D4] a page is at most the limit long, and says whether there is more', () => {
  const cursorOf = (n: number) => ({ rank: 0, at: n, id: 'x' });
  expect(toPage([1, 2], 2, cursorOf)).toEqual({ items: [1, 2] });
  expect(toPage([1, 2, 3], 2, cursorOf)).toEqual({ items: [1, 2], next: cursorOf(2) });
  expect([limitOf({ limit: 0 }), limitOf({ limit: 1e9 }), limitOf({})]).toEqual([1, PAGE_LIMIT, PAGE_LIMIT]);
});
