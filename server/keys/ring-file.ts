/** `keyring.json`: the data keys, wrapped, and a root secret that outlives their rotation. */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { openBox, SUITE, sealBox } from '#server/keys/box.ts';
import type { DataKey } from '#server/keys/data-keys.ts';
import { createOnce, readIfThere, replace } from '#server/keys/durable.ts';
import { KeyError } from '#server/keys/wrapping.ts';

const VERSION = 1;

/** Where a wrapped keyring lies: a file, or a row that processes share. */
export type RingPlace = {
  /** For error messages; `beside` is where the data lies that it is for. */
  name: string;
  beside?: string;
  read(): Promise<string | undefined>;
  /** False when there is one already, which stays. */
  create(content: string): Promise<boolean>;
  replace(content: string): Promise<void>;
};

export function inFile(file: string): RingPlace {
  return {
    name: file,
    read: () => readIfThere(file),
    create: (content) => createOnce(file, content),
    replace: (content) => replace(file, content),
  };
}

const RingFile = z.object({
  version: z.literal(VERSION),
  /** Fingerprint of the key that wraps. */
  wrappedBy: z.string(),
  root: z.base64url(),
  keys: z.array(z.object({ id: z.int().min(1), wrapped: z.base64url() })).min(1),
  /** The key that seals, while a newer one waits until every process knows it. */
  seals: z.int().min(1).optional(),
});
export type RingFile = z.infer<typeof RingFile>;

/** The secrets of a keyring, unwrapped. `keys` is oldest first. */
export type Ring = { root: KeyObject; keys: DataKey[]; seals?: number };

export const newRing = (): Ring => ({ root: newKey(), keys: [{ id: 1, key: newKey() }] });

export const newKey = () => createSecretKey(randomBytes(32));

/** Throws `KeyError`. */
export function parseRing(text: string, file: string): RingFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new KeyError(`${file} is damaged: it is not JSON. Restore it from a backup.`);
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > VERSION)
    throw new KeyError(`${file} was written by a newer Parlor (format ${version}, this one reads ${VERSION}).`);
  const parsed = RingFile.safeParse(json);
  if (!parsed.success)
    throw new KeyError(`${file} is damaged: ${z.prettifyError(parsed.error)}. Restore it from a backup.`);
  const { seals, keys } = parsed.data;
  if (seals !== undefined && !keys.some(({ id }) => id === seals))
    throw new KeyError(`${file} is damaged: data key ${seals} is missing. Restore it from a backup.`);
  return parsed.data;
}

export function wrapRing({ root, keys, seals }: Ring, by: KeyObject, wrappedBy: string): string {
  const wrap = (place: string, key: KeyObject) =>
    sealBox(SUITE.AES_256_GCM, 0, by, place, key.export()).toString('base64url');
  const file: RingFile = {
    version: VERSION,
    wrappedBy,
    root: wrap('root', root),
    keys: keys.map(({ id, key }) => ({ id, wrapped: wrap(`key ${id}`, key) })),
    ...(seals !== undefined && { seals }),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Throws `SealError` when a key was changed. */
export function unwrapRing(file: RingFile, by: KeyObject): Ring {
  const unwrap = (place: string, text: string) => createSecretKey(openBox(by, place, Buffer.from(text, 'base64url')));
  return {
    root: unwrap('root', file.root),
    keys: file.keys.map(({ id, wrapped }) => ({ id, key: unwrap(`key ${id}`, wrapped) })),
    ...(file.seals !== undefined && { seals: file.seals }),
  };
}
