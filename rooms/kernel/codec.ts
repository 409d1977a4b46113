/**
 * Plain data as JSON text and back, exactly: bytes, and the numbers that JSON does not know, are tagged objects
 * (`{"$b": base64}`, `{"$n": "NaN"}`). What happens to look like a tag gets one more `$`. Everything else that JSON
 * would drop or change (functions, bigints, class instances) is a TypeError.
 */

const LOOKS_TAGGED = /^\$+[bn]$/;
const MAY_HOLD_TAGS = /"\$+[bn]":/;

export function textOf(value: unknown): string {
  return JSON.stringify(tagged(value) ?? null);
}

export function readText<T>(text: string): T {
  const value: unknown = JSON.parse(text);
  return MAY_HOLD_TAGS.test(text) ? untag<T>(value) : (value as T);
}

/** What tagged JSON stands for. */
export function untag<T>(value: unknown): T {
  return untagged(value) as T;
}

/** The value itself, unless something in it has to be tagged. */
function tagged(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $n: Object.is(value, -0) ? '-0' : `${value}` };
    case 'object':
      if (value === null) return value;
      if (Array.isArray(value)) return taggedItems(value);
      return value instanceof Uint8Array ? { $b: toBase64(value) } : taggedFields(value);
    default:
      throw new TypeError(`a ${typeof value} cannot be kept`);
  }
}

function taggedItems(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = tagged(items[i]);
    if (item !== items[i]) copy ??= items.slice();
    if (copy) copy[i] = item;
  }
  return copy ?? items;
}

function taggedFields(value: object): object {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`a ${prototype.constructor.name} cannot be kept`);
  }
  let changes: Map<string, unknown> | undefined;
  let count = 0;
  let only = '';
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    const kept = tagged(field);
    if (kept !== field) {
      changes ??= new Map();
      changes.set(key, kept);
    }
    if (++count === 1) only = key;
  }
  const escaped = count === 1 && LOOKS_TAGGED.test(only);
  if (!changes && !escaped) return value;
  const entries = Object.entries(value).map(([key, field]) => [escaped ? `$${key}` : key, changes?.get(key) ?? field]);
  return Object.fromEntries(entries) as object;
}

function untagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(untagged);
  const entries = Object.entries(value);
  const [[only, held] = ['']] = entries;
  if (entries.length === 1 && LOOKS_TAGGED.test(only)) {
    if (only === '$b') return fromBase64(held as string);
    return only === '$n' ? Number(held) : { [only.slice(1)]: untagged(held) };
  }
  return Object.fromEntries(entries.map(([key, field]) => [key, untagged(field)]));
}

const CHUNK = 8_192;

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += CHUNK) binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
