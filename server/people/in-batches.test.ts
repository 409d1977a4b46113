import { expect, it } from 'vitest';
import { inBatches } from '#server/people/in-batches.ts';

it('[D13] a single lookup is sent at once; later ones go with the next batch, and each gets its own answer', async () => {
  const asked: (readonly number[])[] = [];
  const first = Promise.withResolvers<void>();
  const square = inBatches(async (numbers: readonly number[]) => {
    asked.push(numbers);
    if (asked.length === 1) await first.promise;
    return numbers.map((n) => n * n);
  });
  const answers = [2, 3, 4].map(square);
  expect(asked).toEqual([[2]]);
  first.resolve();
  expect(await Promise.all(answers)).toEqual([4, 9, 16]);
  expect(asked).toEqual([[2], [3, 4]]);
});

it('[D13] a failed batch rejects all its lookups, and the next one is sent', async () => {
  let fails = true;
  const ask = inBatches(async (all: readonly string[]) => {
    if (fails) throw new Error('away');
    return all;
  });
  await expect(Promise.all([ask('a')])).rejects.toThrow('away');
  fails = false;
  expect(await ask('b')).toBe('b');
});
