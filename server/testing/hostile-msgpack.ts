/** MessagePack as an attacker writes it: every kind of token and extension, deep, wide, shared, cut short, with a tail. */
import fc from 'fast-check';

const u16 = (n: number) => [n >>> 8, n & 255];
const u32 = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
export const ascii = (text: string): number[] => [...Buffer.from(text)];
export const str = (text: string): number[] => [0xda, ...u16(text.length), ...ascii(text)];

/** `levels` of [x, the same x] by reference: 13 bytes each, and 2^levels leaves. */
export function shared(levels: number): number[] {
  let bytes = [0x90];
  for (let k = 0; k < levels; k++) bytes = [0x92, 0xd6, 0x69, ...u32(k), ...bytes, 0xd6, 0x70, ...u32(k)];
  return bytes;
}

/** One record with a key of `length`, then `times` records of that shape for two bytes each. */
export function repeatedKeys(length: number, times: number): number[] {
  const [again, first] = [Array(times).fill([0x40, 0]).flat(), [0xd4, 0x72, 0x40, 0x91, ...str('k'.repeat(length)), 0]];
  return [0xdc, ...u16(times + 1), ...first, ...again];
}

export const nested = (depth: number): number[] => [...Array(depth).fill(0x91), 0xc0];

/** Records of one key each, read often enough that a decoder compiles a function for every one. */
export function compiled(shapes: number): number[] {
  const one = (k: number) => [
    0xd4,
    0x72,
    0x40,
    0x91,
    0xa3,
    ...ascii(String(k).padStart(3, '0')),
    0,
    0x40,
    0,
    0x40,
    0,
    0x40,
    0,
    0x40,
    0,
  ];
  return [0xdc, ...u16(shapes * 5), ...Array.from({ length: shapes }, (_, k) => one(k)).flat()];
}

const EXTENSIONS = [0x62, 0x65, 0x69, 0x70, 0x72, 0x73, 0x74, 0x78, 0xff, 0x42, 0, 1];
const bytes = (most: number) => fc.uint8Array({ maxLength: most }).map((array) => [...array]);

const leaf = fc.oneof<fc.Arbitrary<number[]>[]>(
  fc.constantFrom([0xc0], [0xc1], [0xc2], [0xc3], [0xd4, 0, 0], [0x40], [0x7f], [0xff]),
  bytes(8).map((tail) => [0xcb, ...tail]),
  fc.tuple(fc.constantFrom(0xca, 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3), bytes(8)).map(([t, b]) => [t, ...b]),
  fc.string({ maxLength: 20 }).map((text) => [0xd9, Buffer.byteLength(text), ...ascii(text)]),
  bytes(20).map((b) => [0xc4, b.length, ...b]),
  fc.tuple(fc.constantFrom(...EXTENSIONS), bytes(20)).map(([type, b]) => [0xc7, b.length, type, ...b]),
  fc.tuple(fc.constantFrom(...EXTENSIONS), bytes(4)).map(([type, b]) => [0xd6, type, ...b]),
  fc.constantFrom([0xdd, 255, 255, 255, 255], [0xdf, 255, 255, 255, 255], [0xdb, 127, 255, 255, 255], [0xdc, 255, 255]),
  fc.integer({ min: 1, max: 14 }).map(shared),
  fc.tuple(fc.nat(2_000), fc.nat(2_000)).map(([length, times]) => repeatedKeys(length, times)),
  fc.nat(3_000).map(nested),
  fc.nat(120).map(compiled),
);

/** One value, more or less. */
export const hostile: fc.Arbitrary<number[]> = fc.letrec<{ value: number[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 6 }).map((all) => [0x90 | all.length, ...all.flat()]),
    fc
      .array(fc.tuple(fc.oneof(fc.constant(str('__proto__')), leaf), tie('value')), { maxLength: 5 })
      .map((all) => [0x80 | all.length, ...all.flat(2)]),
    fc
      .tuple(
        fc.integer({ min: 0x40, max: 0x43 }),
        fc.array(leaf, { maxLength: 3 }),
        fc.array(tie('value'), { maxLength: 3 }),
      )
      .map(([id, keys, all]) => [0xd4, 0x72, id, 0x90 | keys.length, ...keys.flat(), ...all.flat()]),
    fc
      .tuple(fc.constantFrom(0x69, 0x73, 0x65, 0x78), tie('value'))
      .map(([type, all]) => [0xd6, type, 0, 0, 0, 1, ...all]),
  ),
})).value;

/** As it comes, cut short, or with a byte too many. */
export const hostilePayload: fc.Arbitrary<Uint8Array> = fc
  .tuple(hostile, fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 3 })))
  .map(([value, off]) =>
    Uint8Array.from(off > 0 ? [...value, ...Array(off).fill(1)] : value.slice(0, value.length + off)),
  )
  .filter(({ length }) => length < 32_000);
