/** How bytes in a state go over the wire: their length in four bytes, little-endian, and then they. Needs nothing. */

type Place = { offset: number };

const LENGTH = 4;

export const bytesCodec = {
  /** Of what does not fit, only the place is counted: the encoder takes a larger buffer then, and begins anew. */
  encode(buffer: ArrayLike<number>, value: Uint8Array, at: Place): void {
    const into = buffer as Uint8Array;
    for (let i = 0; i < LENGTH; i++) into[at.offset + i] = (value.length >>> (8 * i)) & 0xff;
    at.offset += LENGTH;
    if (at.offset + value.length <= into.length) into.set(value, at.offset);
    at.offset += value.length;
  },

  decode(buffer: ArrayLike<number>, at: Place): Uint8Array {
    const from = buffer as Uint8Array;
    let length = 0;
    for (let i = LENGTH - 1; i >= 0; i--) length = length * 256 + (from[at.offset + i] ?? 0);
    const start = at.offset + LENGTH;
    at.offset = start + length;
    return Uint8Array.from(from.subarray(start, at.offset));
  },
};
