import { expect, it } from 'vitest';
import { fingerprint } from '#rooms/kernel/hash.ts';

/** https://github.com/Cyan4973/xxHash, `sanity_test_vectors.h` and the specification. */
it.each([
  ['', 0n, 'ef46db3751d8e999'],
  ['a', 0n, 'd24ec4f1a98c6e5b'],
  ['abc', 0n, '44bc2cf5ad770999'],
  ['', 2654435761n, 'ac75fda2929b17ef'],
])('[K12] XXH64 of "%s" with seed %d has the published value', (text, seed, hash) => {
  expect(fingerprint(text, seed)).toBe(hash);
});

it('[K12] texts of every length have a fingerprint that depends on the key', () => {
  const texts = Array.from({ length: 100 }, (_, n) => 'ä'.repeat(n * n));
  expect(new Set(texts.flatMap((text) => [fingerprint(text), fingerprint(text, 1n)])).size).toBe(200);
});
