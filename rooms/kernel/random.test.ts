import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyedRandom } from '#rooms/kernel/random.ts';

const word = fc.nat(2 ** 32 - 1);
const seeds = fc.array(word, { minLength: 8, maxLength: 8 });
const seqs = fc.nat(Number.MAX_SAFE_INTEGER);

/** The first words that OpenSSL's ChaCha20 gives for the same key and nonce, from block 0 on. */
function keystream(seed: readonly number[], seq: number, words: number): number[] {
  const key = Buffer.from(Uint32Array.from(seed).buffer);
  const iv = Buffer.alloc(16);
  iv.writeBigUInt64LE(BigInt(seq), 8);
  const bytes = createCipheriv('chacha20', key, iv).update(Buffer.alloc(4 * words));
  return Array.from({ length: words }, (_, n) => bytes.readUInt32LE(4 * n));
}

it('[K11] random draws are the ChaCha20 key stream of the seed, with seq as the nonce', () => {
  fc.assert(
    fc.property(seeds, seqs, (seed, seq) => {
      const random = keyedRandom(seed, seq);
      expect(Array.from({ length: 40 }, () => random.uint32())).toEqual(keystream(seed, seq, 40));
    }),
  );
});

it('[K11] the key stream begins as RFC 8439, appendix A.1, vectors 1 and 2', () => {
  const random = keyedRandom([0, 0, 0, 0, 0, 0, 0, 0], 0);
  const words = Array.from({ length: 17 }, () => random.uint32());
  expect(words.slice(0, 2)).toEqual([0xade0b876, 0x903df1a0]);
  expect(words[16]).toBe(0xbee7079f);
});

it('[K11] draws stay within their bounds and reach all of them', () => {
  const random = keyedRandom([1], 1);
  for (const bound of [1, 2, 3, 7, 52]) {
    const drawn = new Set(Array.from({ length: 50 * bound }, () => random.below(bound)));
    expect([...drawn].sort((a, b) => a - b)).toEqual(Array.from({ length: bound }, (_, n) => n));
  }
  for (let n = 0; n < 1000; n++) {
    const draw = random.float();
    expect(draw >= 0 && draw < 1).toBe(true);
  }
  for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) expect(() => random.below(bound)).toThrow(RangeError);
  expect(random.below(2 ** 32)).toBeGreaterThanOrEqual(0);
});

it('[K11] a draw below a bound is uniform: the uneven tail is rejected', () => {
  // The upper quarter of all words is the tail; folded in, it would make a third of the draws a half.
  const bound = 3 * 2 ** 30;
  const random = keyedRandom([5], 5);
  const low = Array.from({ length: 3000 }, () => random.below(bound)).filter((draw) => draw < 2 ** 30).length;
  expect(low / 3000).toBeGreaterThan(0.3);
  expect(low / 3000).toBeLessThan(0.37);
});

it('[K11] a shuffle keeps every item, does not change its input, and can put each item anywhere', () => {
  const items = ['a', 'b', 'c'];
  const random = keyedRandom([2], 2);
  const orders = new Set(Array.from({ length: 200 }, () => random.shuffle(items).join('')));
  expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  expect(items).toEqual(['a', 'b', 'c']);
});
