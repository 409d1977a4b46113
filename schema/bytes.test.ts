import { Decoder, Encoder, schema, t } from '@colyseus/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesField, bytesOf } from '#schema/bytes.ts';

const Page = schema({ before: t.string(), bytes: bytesField(), after: t.map('int8') }, 'Page');
const sizes = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(255, 256, 65_535, 65_536, 200_000));

it('[L127] bytes of any length in a state arrive as they were, also beyond the buffer of the encoder', () => {
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 4 }), fc.nat(255), (lengths, fill) => {
      const page = new Page();
      const encoder = new Encoder(page);
      const live = new Decoder(new Page());
      for (const [i, length] of lengths.entries()) {
        page.before = `${i}`;
        page.bytes = new Uint8Array(length).fill(fill + i);
        page.after.set(`${i}`, i);
        live.decode(Uint8Array.from(encoder.encode()));
        encoder.discardChanges();
        const late = new Decoder(new Page());
        late.decode(Uint8Array.from(encoder.encodeAll()));
        for (const { state } of [live, late]) {
          expect(state.bytes).toEqual(page.bytes);
          expect([state.before, state.after.size]).toEqual([`${i}`, i + 1]);
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('[L127] bytes in a payload are bounded, and nothing else passes for them', () => {
  expect(bytesOf(3).safeParse(Uint8Array.of(1, 2, 3)).success).toBe(true);
  for (const other of [new Uint8Array(4), [1, 2], 'abc', { 0: 1, length: 1 }, null])
    expect(bytesOf(3).safeParse(other).success).toBe(false);
});
