import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readText, textOf } from '#rooms/kernel/codec.ts';
import { decodeEntry, encodeEntry, FormatError } from '#rooms/kernel/log.ts';

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, null, true, 2 ** 53 - 1),
  fc.uint8Array({ maxLength: 40 }),
);
const key = fc.oneof(fc.string(), fc.constantFrom('$b', '$n', '$$b', '$$$n', '__proto__', 'constructor'));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
}));

describe('[K13] the codec round-trips entries and snapshots', () => {
  it('return any plain data unchanged: special numbers, bytes, broken surrogates, objects that look like a tag', () => {
    fc.assert(
      fc.property(value, (given) => {
        const back = decodeEntry<{ given: unknown }>(encodeEntry({ given }));
        expect(isDeepStrictEqual(back, { given })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('hold bytes of any length', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256);
    expect(readText(textOf({ bytes }))).toStrictEqual({ bytes });
  });

  it('keep data without a tag as it is', () => {
    expect(textOf({ k: 'do', payload: { column: 3 } })).toBe('{"k":"do","payload":{"column":3}}');
  });

  it.each([[new Map()], [1n], [() => 1], [new Date(0)], [Symbol('s')]])('refuse %s', (given) => {
    expect(() => textOf({ given })).toThrow('cannot be kept');
  });

  it('name their format: the first byte is the version, and another one is refused in a sentence', () => {
    expect(encodeEntry({})[0]).toBe(2);
    const first = new TextEncoder().encode('{"format":1}');
    expect(() => decodeEntry(first)).toThrow(FormatError);
    expect(() => decodeEntry(first)).toThrow('log format 1 (before 0.2.0)');
    expect(() => decodeEntry(Uint8Array.of(3, 1, 2))).toThrow('log format 3; this code reads 2');
    expect(() => decodeEntry(new Uint8Array())).toThrow('empty');
  });
});
