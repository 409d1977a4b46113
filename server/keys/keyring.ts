/**
 * Every key of this installation. A wrapping key, from a key file or from configuration, opens the keyring,
 * a file or a row that processes share; the data keys in there seal what is stored, and never change: a rotation
 * adds one. Who does not know a key cannot open what it sealed: among many processes it is added first, and seals
 * once all of them were started with it.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Seal } from '#rooms/ports.ts';
import { derived, SUITE } from '#server/keys/box.ts';
import { dataKeys } from '#server/keys/data-keys.ts';
import { replace } from '#server/keys/durable.ts';
import { journalSeal } from '#server/keys/journal-seal.ts';
import { type RowSealing, rowSealing } from '#server/keys/personal.ts';
import { recently } from '#server/keys/recently.ts';
import {
  inFile,
  newKey,
  newRing,
  parseRing,
  type Ring,
  type RingPlace,
  unwrapRing,
  wrapRing,
} from '#server/keys/ring-file.ts';
import { fingerprint, firstKeyFile, KeyError, keyLines, readKeyFile, wrappingKey } from '#server/keys/wrapping.ts';

export type KeyringOptions = {
  dataDir: string;
  /** Read, or made on first start; `parlor.key` in the data directory unless said otherwise. */
  keyFile?: string;
  /** The wrapping key itself, 32 bytes; then no key file is read or made. */
  key?: Uint8Array | undefined;
  /** There is data that was sealed before: then keys that are missing are not made. */
  hasData?: boolean;
  /** Where the wrapped data keys lie; `keyring.json` in the data directory unless said otherwise. */
  place?: RingPlace;
  /** False writes in the clear. For tests, which have to show that sealing is what hides. */
  sealing?: boolean;
};

export type Keyring = RowSealing & {
  journalSeal(): Seal;
  /** A stable secret of 32 bytes for one purpose; rotation does not change it. */
  derive(purpose: string): Uint8Array;
  /** HMAC-SHA256 for lookups, base64url: the same for the same purpose and value, and no way back. */
  hash(purpose: string, value: string): string;
  /** Which keys there are, without any of them: `wrappedBy` is a fingerprint, the others are numbers. */
  about(): { wrappedBy: string; keys: number[]; seals: number };
  /** A fresh data key that waits. Throws `KeyError` while another one does. */
  add(): Promise<void>;
  /** The one that waits seals from now on; the old ones still open. Throws `KeyError` when there is none. */
  use(): Promise<void>;
  /** Both at once, where nobody else has to know. */
  rotate(): Promise<void>;
  /**
   * Wraps the data keys with another key, 32 bytes, and puts that into the key file, if there is one. A file that
   * holds it already is its owner's, and stays.
   */
  rewrap(next: Uint8Array): Promise<void>;
};

/** Throws `KeyError` when data would be unreadable: never a fresh key over old data. */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const { dataDir, key, hasData = false, sealing = true } = options;
  const place = options.place ?? inFile(join(dataDir, 'keyring.json'));
  const keyFile = key ? undefined : (options.keyFile ?? join(dataDir, 'parlor.key'));
  await mkdir(dataDir, { recursive: true, mode: 0o700 });

  const before = await place.read();
  if (before === undefined && hasData)
    throw new KeyError(
      `There is data in ${place.beside ?? dataDir}, but ${place.name} is missing. Restore it from a backup.`,
    );
  const given = key ? [wrappingKey(key, 'The configured key')] : await keysIn(keyFile ?? '', before !== undefined);
  let by = given[0] as KeyObject;
  if (before === undefined) await place.create(wrapRing(newRing(), by, fingerprint(by)));
  const stored = parseRing((await place.read()) ?? '', place.name);
  const fitting = given.find((candidate) => fingerprint(candidate) === stored.wrappedBy);
  if (!fitting)
    throw new KeyError(
      `${keyFile ? `The key in ${keyFile}` : 'The configured key'} (${fingerprint(by)}) is not the one that ${place.name} was wrapped with (${stored.wrappedBy}). Put that one back.`,
    );
  by = fitting;
  const ring = unwrapped(() => unwrapRing(stored, fitting), place.name);
  const keys = dataKeys(ring, sealing ? SUITE.AES_256_GCM : SUITE.CLEAR);

  const derive = (purpose: string) => new Uint8Array(derived(ring.root, `parlor secret ${purpose}`).export());
  const hashKey = recently<KeyObject>(64);

  /** In the keyring first, then here. */
  async function change(next: Ring): Promise<void> {
    await place.replace(wrapRing(next, by, fingerprint(by)));
    ring.keys = next.keys;
    if (next.seals === undefined) delete ring.seals;
    else ring.seals = next.seals;
  }

  return {
    ...rowSealing(keys),
    derive,
    journalSeal: () => journalSeal(keys, derive),
    hash(purpose, value) {
      const own = hashKey(purpose, () => createSecretKey(derive(`hash ${purpose}`)));
      return createHmac('sha256', own).update(value).digest('base64url');
    },
    about: () => ({ wrappedBy: fingerprint(by), keys: ring.keys.map(({ id }) => id), seals: keys.current().id }),
    async add() {
      const { id: seals } = keys.current();
      const newest = ring.keys.at(-1)?.id ?? seals;
      if (newest !== seals) throw new KeyError(`Data key ${newest} waits already: use that one.`);
      await change({ ...ring, keys: [...ring.keys, { id: newest + 1, key: newKey() }], seals });
    },
    async use() {
      const { root, keys: all } = ring;
      if (ring.seals === undefined) throw new KeyError('No data key waits: add one first.');
      await change({ root, keys: all });
    },
    async rotate() {
      const id = (ring.keys.at(-1)?.id ?? 0) + 1;
      await change({ root: ring.root, keys: [...ring.keys, { id, key: newKey() }] });
    },
    async rewrap(next) {
      const to = wrappingKey(next, 'The new key');
      const file = given.some((one) => fingerprint(one) === fingerprint(to)) ? undefined : keyFile;
      // Both keys lie in the file while the ring changes over: a crash in between locks nobody out.
      if (file) await replace(file, keyLines([to, by]));
      await place.replace(wrapRing(ring, to, fingerprint(to)));
      by = to;
      if (file) await replace(file, keyLines([to]));
    },
  };
}

async function keysIn(keyFile: string, needed: boolean): Promise<KeyObject[]> {
  const keys = await readKeyFile(keyFile);
  if (keys) return keys;
  if (needed)
    throw new KeyError(
      `The key file ${keyFile} is missing, and what is stored cannot be read without it. Put it back; a new key would not open the old data.`,
    );
  return firstKeyFile(keyFile);
}

function unwrapped(unwrap: () => Ring, name: string): Ring {
  try {
    return unwrap();
  } catch (error) {
    throw new KeyError(`${name} is damaged: ${(error as Error).message} Restore it from a backup.`);
  }
}
