/**
 * AES-256-GCM, and the header that every sealed thing begins with: one byte of format, one of suite,
 * four that name the data key. Then comes what the suite needs (a salt, a nonce), the ciphertext, the tag.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';

/** Sealed bytes that do not open: changed, cut, moved, or under a key that is not here. The message says which thing. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

export const FORMAT = 1;
/** `CLEAR` is what tests write when they switch sealing off. */
export const SUITE = { CLEAR: 0, AES_256_GCM: 1 } as const;
export type Suite = (typeof SUITE)[keyof typeof SUITE];

export const HEADER = 6;
export const NONCE = 12;
const TAG = 16;
const CIPHER = 'aes-256-gcm';
const OPTIONS = { authTagLength: TAG };
const NO_SALT = new Uint8Array();

export function headerOf(suite: Suite, keyId: number, room = HEADER): Buffer {
  const header = Buffer.alloc(room);
  header[0] = FORMAT;
  header[1] = suite;
  header.writeUInt32BE(keyId, 2);
  return header;
}

/** Throws `SealError` on another format, on unknown suites, and on less bytes than a header and `more`. */
export function readHeader(what: string, bytes: Uint8Array, more = 0): { suite: Suite; keyId: number } {
  const [format, suite] = bytes;
  if (format !== undefined && format !== FORMAT)
    throw new SealError(`${what} is in format ${format}; this version reads ${FORMAT}. It is damaged, or newer.`);
  if (suite !== SUITE.AES_256_GCM && suite !== SUITE.CLEAR) throw new SealError(`${what} is damaged: no known suite.`);
  const least = suite === SUITE.CLEAR ? HEADER : HEADER + more;
  if (bytes.length < least) throw new SealError(`${what} is damaged: it ends in its header.`);
  return { suite, keyId: new DataView(bytes.buffer, bytes.byteOffset).getUint32(2) };
}

/** `head`, ciphertext, tag. The same key and nonce must never meet two contents. */
export function encrypt(
  key: KeyObject,
  nonce: Uint8Array,
  aad: Uint8Array,
  head: Uint8Array,
  plain: Uint8Array,
): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
  cipher.setAAD(aad);
  const body = cipher.update(plain);
  cipher.final();
  const sealed = Buffer.allocUnsafe(head.length + body.length + TAG);
  sealed.set(head, 0);
  sealed.set(body, head.length);
  sealed.set(cipher.getAuthTag(), head.length + body.length);
  return sealed;
}

/** What lies behind the first `from` bytes; nothing when it is not genuine. */
export function decrypt(
  key: KeyObject,
  nonce: Uint8Array,
  aad: Uint8Array,
  bytes: Uint8Array,
  from: number,
): Buffer | undefined {
  const end = bytes.length - TAG;
  if (end < from) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS);
  decipher.setAAD(aad);
  decipher.setAuthTag(bytes.subarray(end));
  const plain = decipher.update(bytes.subarray(from, end));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

/** Header, random nonce, ciphertext, tag; bound to its place. */
export function sealBox(suite: Suite, keyId: number, key: KeyObject, place: string, plain: Uint8Array): Buffer {
  if (suite === SUITE.CLEAR) return Buffer.concat([headerOf(suite, 0), plain]);
  const head = headerOf(suite, keyId, HEADER + NONCE);
  const nonce = randomFillSync(head.subarray(HEADER));
  return encrypt(key, nonce, Buffer.concat([head, Buffer.from(place)]), head, plain);
}

/** Opens what `sealBox` made under AES-256-GCM. Throws `SealError`. */
export function openBox(key: KeyObject, place: string, bytes: Uint8Array): Buffer {
  const head = bytes.subarray(0, HEADER + NONCE);
  const aad = Buffer.concat([head, Buffer.from(place)]);
  const plain = decrypt(key, head.subarray(HEADER), aad, bytes, HEADER + NONCE);
  if (!plain) throw new SealError(`${place} does not open: it was changed, or belongs elsewhere.`);
  return plain;
}

/** HKDF-SHA256; `info` says what the key is for and is part of the format. */
export function derived(key: KeyObject, info: string, salt: Uint8Array = NO_SALT): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', key, salt, info, 32)));
}
