/**
 * Chance as a function of the log: ChaCha20 keyed by the room's seed, with the command's `seq` as the
 * nonce (and, of steps that share a seq, which one). The same command draws the same numbers on every replay, and nobody who sees the draws can
 * tell the next ones. Source of the block function: RFC 8439, section 2.3.
 */
export type Random = {
  /** A uniform integer in 0 … 2^32 - 1. */
  uint32(): number;
  /** A uniform integer in 0 … bound - 1; `bound` from 1 to 2^32. */
  below(bound: number): number;
  /** A uniform float in [0, 1), 32 bits of it. */
  float(): number;
  /** One of the items. Throws on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** The items in a random order, as a new array. */
  shuffle<T>(items: readonly T[]): T[];
};

const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

/** 8 random words: what `keyedRandom` takes as a seed. */
export type Seed = readonly number[];

export function keyedRandom(seed: Seed, seq: number, step = 0): Random {
  const input = new Uint32Array(16);
  const block = new Uint32Array(16);
  let used = 16;

  function uint32(): number {
    if (used === 16) {
      if (input[0] === 0) {
        input.set(SIGMA, 0);
        for (let i = 0; i < 8; i++) input[4 + i] = seed[i] ?? 0;
        input[13] = step;
        input[14] = seq >>> 0;
        input[15] = Math.floor(seq / 2 ** 32);
      }
      chacha(input, block);
      input[12] = (input[12] as number) + 1;
      used = 0;
    }
    return block[used++] as number;
  }

  function below(bound: number): number {
    if (!(bound >= 1 && bound <= 2 ** 32 && Number.isInteger(bound))) throw new RangeError(`no draw below ${bound}`);
    const fair = 2 ** 32 - (2 ** 32 % bound); // reject the uneven tail
    let draw = uint32();
    while (draw >= fair) draw = uint32();
    return draw % bound;
  }

  return {
    uint32,
    below,
    float: () => uint32() / 2 ** 32,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    shuffle<T>(items: readonly T[]) {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [out[i], out[j]] = [out[j] as T, out[i] as T];
      }
      return out;
    },
  };
}

function chacha(input: Uint32Array, out: Uint32Array): void {
  out.set(input);
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 4; i++) quarter(out, i, 4 + i, 8 + i, 12 + i);
    for (let i = 0; i < 4; i++) quarter(out, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
  }
  for (let i = 0; i < 16; i++) out[i] = (out[i] as number) + (input[i] as number);
}

function quarter(x: Uint32Array, a: number, b: number, c: number, d: number): void {
  mix(x, a, b, d, 16);
  mix(x, c, d, b, 12);
  mix(x, a, b, d, 8);
  mix(x, c, d, b, 7);
}

/** x[to] += x[by]; x[and] = (x[and] ^ x[to]) <<< turn */
function mix(x: Uint32Array, to: number, by: number, and: number, turn: number): void {
  x[to] = (x[to] as number) + (x[by] as number);
  const word = (x[and] as number) ^ (x[to] as number);
  x[and] = (word << turn) | (word >>> (32 - turn));
}
