import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ddmin } from '#rooms/faults/ddmin.ts';

it('[L48] ddmin keeps exactly the items that fail together, in order', () => {
  const needs = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 61 }), needs, (count, wanted) => {
      const items = Array.from({ length: count }, (_, i) => i);
      const needed = wanted.filter((item) => item < count).sort((a, b) => a - b);
      const left = ddmin(items, (some) => needed.every((item) => some.includes(item)));
      expect(left).toEqual(needed);
    }),
  );
});

it('[L48] of two causes ddmin keeps one, with few tests for many items', () => {
  const items = Array.from({ length: 10_000 }, (_, i) => i);
  let asked = 0;
  const left = ddmin(items, (some) => {
    asked++;
    return some.includes(17) || (some.includes(4_000) && some.includes(9_999));
  });
  expect(left.length).toBeLessThanOrEqual(2);
  expect(asked).toBeLessThan(200);
});
