import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeAck, encodeInput, encodeSignal, readAck, readInput, readSignal } from '#schema/lanes.ts';

const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** Somewhere in a longer buffer, as frames come. */
const within = (bytes: Uint8Array) => Uint8Array.from([1, 2, 3, ...bytes]).subarray(3);

it('[L120] inputs, acknowledgements and signals round-trip, and a frame that is too short is rejected', () => {
  fc.assert(
    fc.property(number, fc.uint8Array({ maxLength: 40 }), (n, bytes) => {
      expect(readInput(within(encodeInput(n, bytes)))).toEqual({ n, bytes });
    }),
  );
  fc.assert(
    fc.property(number, number, (n, tick) => {
      expect(readAck(within(encodeAck({ n, tick })))).toEqual({ n, tick });
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 40 }), (seat, bytes) => {
      expect(readSignal(within(encodeSignal(seat, bytes)))).toEqual({ seat, bytes });
    }),
  );
  for (const length of [0, 1]) expect(readSignal(new Uint8Array(length))).toBeUndefined();
  for (const length of [0, 1, 3]) expect(readInput(new Uint8Array(length))).toBeUndefined();
  for (const length of [0, 4, 7, 9]) expect(readAck(new Uint8Array(length))).toBeUndefined();
});
