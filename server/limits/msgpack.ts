/**
 * Measures MessagePack before it is decoded. A decoder's work and what its result weighs as JSON do not follow
 * from a frame's length: references make a tree of 2^n leaves of 13 n bytes, records repeat their keys for one
 * byte. What is measured here is plain data, each value once, and within a budget; all else is refused unread.
 */
export type PayloadBudget = {
  /** Levels of nesting. */
  depth: number;
  /** Values, each key's value and each item one. */
  values: number;
  /** Bytes as JSON, at most. */
  json: number;
  /** Record definitions (msgpackr's extension `r`); the decoder compiles a function for some. */
  shapes: number;
};

export type Excess = 'malformed' | 'oversized';
export type Measured = { values: number; json: number; shapes: number };

/** Budget of a frame of at most `maxPayload` bytes. A window of commands is 24 KiB of JSON, and 64 commands at most. */
export function payloadBudget(maxPayload: number): PayloadBudget {
  return { depth: 32, values: maxPayload / 2, json: maxPayload * 2, shapes: 80 };
}

/** All of `bytes` from `start` on as one value; a refusal as soon as it is certain. */
export function measurePayload(bytes: Uint8Array, start: number, budget: PayloadBudget): Measured | Excess {
  const meter = new Meter(bytes, start, budget);
  try {
    meter.value(0);
  } catch (excess) {
    if (excess instanceof Refusal) return excess.why;
    throw excess;
  }
  return meter.atEnd ? meter.measured : 'malformed';
}

class Refusal {
  readonly why: Excess;
  constructor(why: Excess) {
    this.why = why;
  }
}
const MALFORMED = new Refusal('malformed');
const OVERSIZED = new Refusal('oversized');

/** The keys of a record: how many, and their length as JSON. */
type Shape = { keys: number; json: number };

const RECORD = 0x72;
/** Bytes that follow the tokens of scalars, and how long those are as JSON at most. */
const SCALARS: Readonly<Record<number, { follow: number; json: number }>> = {
  192: { follow: 0, json: 4 }, // nil
  194: { follow: 0, json: 5 }, // false
  195: { follow: 0, json: 4 }, // true
  202: { follow: 4, json: 24 }, // floats
  203: { follow: 8, json: 24 },
  204: { follow: 1, json: 3 }, // unsigned
  205: { follow: 2, json: 5 },
  206: { follow: 4, json: 10 },
  207: { follow: 8, json: 20 },
  208: { follow: 1, json: 4 }, // signed
  209: { follow: 2, json: 6 },
  210: { follow: 4, json: 11 },
  211: { follow: 8, json: 20 },
};

class Meter {
  readonly measured: Measured = { values: 0, json: 0, shapes: 0 };
  readonly #bytes: Uint8Array;
  readonly #budget: PayloadBudget;
  readonly #shapes: (Shape | undefined)[] = [];
  #at: number;

  constructor(bytes: Uint8Array, start: number, budget: PayloadBudget) {
    this.#bytes = bytes;
    this.#at = start;
    this.#budget = budget;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): void {
    const { measured } = this;
    if (depth > this.#budget.depth || ++measured.values > this.#budget.values) throw OVERSIZED;
    const json = this.#read(this.#byte(), depth) + 1;
    measured.json += json;
    if (measured.json > this.#budget.json) throw OVERSIZED;
  }

  /** Its length as JSON, without the values in it. */
  #read(token: number, depth: number): number {
    const shape = token >= 0x40 && token < 0x80 ? this.#shapes[token & 0x3f] : undefined;
    if (shape) return this.#record(shape, depth);
    if (token < 0x80 || token >= 0xe0) return 3;
    const text = this.#textLength(token);
    if (text >= 0) return this.#text(text) + 2;
    if (token >= 0xc4 && token <= 0xc6) return this.#bin(this.#number(2 ** (token - 0xc4)));
    const items = this.#length(token, 0x90, 0xdc);
    if (items >= 0) return this.#items(items, depth);
    const entries = this.#length(token, 0x80, 0xde);
    if (entries >= 0) return this.#entries(entries, depth);
    if (token === 0xd4) return this.#extension(depth);
    const scalar = SCALARS[token];
    if (!scalar) throw MALFORMED;
    this.#skip(scalar.follow);
    return scalar.json;
  }

  /** `undefined`, and the definition of a record with its first values. Nothing else is plain data. */
  #extension(depth: number): number {
    const type = this.#byte();
    const id = this.#byte();
    if (type === 0) return 4;
    if (type !== RECORD) throw MALFORMED;
    if (++this.measured.shapes > this.#budget.shapes) throw OVERSIZED;
    const keys = this.#length(this.#byte(), 0x90, 0xdc);
    if (keys < 0 || keys > this.#left) throw MALFORMED;
    const shape = { keys, json: 0 };
    for (let i = 0; i < keys; i++) shape.json += this.#key();
    this.#shapes[id & 0x3f] = shape;
    return this.#record(shape, depth);
  }

  #record({ keys, json }: Shape, depth: number): number {
    return this.#items(keys, depth) + json;
  }

  #items(items: number, depth: number): number {
    if (items > this.#left) throw MALFORMED;
    for (let i = 0; i < items; i++) this.value(depth + 1);
    return 2;
  }

  #entries(entries: number, depth: number): number {
    if (entries > this.#left / 2) throw MALFORMED;
    let json = 2;
    for (let i = 0; i < entries; i++) {
      json += this.#key();
      this.value(depth + 1);
    }
    return json;
  }

  #key(): number {
    const length = this.#textLength(this.#byte());
    if (length < 0) throw MALFORMED;
    return this.#text(length) + 3;
  }

  /** Bytes of a text as JSON: controls become six, quotes and backslashes two. */
  #text(length: number): number {
    if (length > this.#left) throw MALFORMED;
    let json = length;
    for (const end = this.#at + length; this.#at < end; this.#at++) {
      const byte = this.#bytes[this.#at] as number;
      if (byte < 0x20) json += 5;
      else if (byte === 0x22 || byte === 0x5c) json += 1;
    }
    return json;
  }

  /** Bytes, which the log has as base64 with a tag. */
  #bin(length: number): number {
    this.#skip(length);
    return 4 * Math.ceil(length / 3) + 9;
  }

  /** -1 when the token begins no text. */
  #textLength(token: number): number {
    if (token >= 0xa0 && token < 0xc0) return token & 0x1f;
    return token >= 0xd9 && token <= 0xdb ? this.#number(2 ** (token - 0xd9)) : -1;
  }

  /** -1 unless the token is of this kind: `fix` with its length, or followed by two or four bytes of it. */
  #length(token: number, fix: number, long: number): number {
    if (token >= fix && token < fix + 0x10) return token & 0x0f;
    if (token === long) return this.#number(2);
    return token === long + 1 ? this.#number(4) : -1;
  }

  #number(size: number): number {
    let number = 0;
    for (let i = 0; i < size; i++) number = number * 256 + this.#byte();
    return number;
  }

  get #left(): number {
    return this.#bytes.length - this.#at;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw MALFORMED;
    return byte;
  }

  #skip(count: number): void {
    if (count > this.#left) throw MALFORMED;
    this.#at += count;
  }
}
