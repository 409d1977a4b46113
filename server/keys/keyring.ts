/**
 * Every key of this installation. A wrapping key, from a key file or from configuration, opens
 * `keyring.json`; the data keys in there seal what is stored, and never change it: a rotation adds one.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Seal } from '#rooms/ports.ts';
import { derived, SUITE } from '#server/keys/box.ts';
import { dataKeys } from '#server/keys/data-keys.ts';
import { createOnce, readIfThere, replace } from '#server/keys/durable.ts';
import { journalSeal } from '#server/keys/journal-seal.ts';
import { type RowSealing, rowSealing } from '#server/keys/personal.ts';
import { recently } from '#server/keys/recently.ts';
import { newKey, newRing, parseRing, type Ring, unwrapRing, wrapRing } from '#server/keys/ring-file.ts';
import { fingerprint, firstKeyFile, KeyError, keyLines, readKeyFile, wrappingKey } from '#server/keys/wrapping.ts';

export type KeyringOptions = {
  dataDir: string;
  /** Read, or made on first start; `parlor.key` in the data directory unless said otherwise. */
  keyFile?: string;
  /** The wrapping key itself, 32 bytes; then no key file is read or made. */
  key?: Uint8Array | undefined;
  /** There is data that was sealed before: then keys that are missing are not made. */
  hasData?: boolean;
  /** False writes in the clear. For tests, which have to show that sealing is what hides. */
  sealing?: boolean;
};

export type Keyring = RowSealing & {
  journalSeal(): Seal;
  /** A stable secret of 32 bytes for one purpose; rotation does not change it. */
  derive(purpose: string): Uint8Array;
  /** HMAC-SHA256 for lookups, base64url: the same for the same purpose and value, and no way back. */
  hash(purpose: string, value: string): string;
  /** Seals with a fresh data key from now on; the old ones still open. */
  rotate(): Promise<void>;
  /** Wraps the data keys with another key, 32 bytes, and puts that into the key file, if there is one. */
  rewrap(next: Uint8Array): Promise<void>;
};

/** Throws `KeyError` when data would be unreadable: never a fresh key over old data. */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const { dataDir, key, hasData = false, sealing = true } = options;
  const ringFile = join(dataDir, 'keyring.json');
  const keyFile = key ? undefined : (options.keyFile ?? join(dataDir, 'parlor.key'));
  await mkdir(dataDir, { recursive: true, mode: 0o700 });

  const before = await readIfThere(ringFile);
  if (before === undefined && hasData)
    throw new KeyError(`There is data in ${dataDir}, but ${ringFile} is missing. Restore it from a backup.`);
  const given = key ? [wrappingKey(key, 'The configured key')] : await keysIn(keyFile ?? '', before !== undefined);
  let by = given[0] as KeyObject;
  if (before === undefined) await createOnce(ringFile, wrapRing(newRing(), by, fingerprint(by)));
  const stored = parseRing((await readIfThere(ringFile)) ?? '', ringFile);
  const fitting = given.find((candidate) => fingerprint(candidate) === stored.wrappedBy);
  if (!fitting)
    throw new KeyError(
      `${keyFile ? `The key in ${keyFile}` : 'The configured key'} (${fingerprint(by)}) is not the one that ${ringFile} was wrapped with (${stored.wrappedBy}). Put that one back.`,
    );
  by = fitting;
  const ring = unwrapped(() => unwrapRing(stored, fitting), ringFile);
  const keys = dataKeys(ring.keys, sealing ? SUITE.AES_256_GCM : SUITE.CLEAR);

  const derive = (purpose: string) => new Uint8Array(derived(ring.root, `parlor secret ${purpose}`).export());
  const hashKey = recently<KeyObject>(64);

  return {
    ...rowSealing(keys),
    derive,
    journalSeal: () => journalSeal(keys, derive),
    hash(purpose, value) {
      const own = hashKey(purpose, () => createSecretKey(derive(`hash ${purpose}`)));
      return createHmac('sha256', own).update(value).digest('base64url');
    },
    async rotate() {
      const next = { id: keys.newest().id + 1, key: newKey() };
      await replace(ringFile, wrapRing({ ...ring, keys: [...ring.keys, next] }, by, fingerprint(by)));
      ring.keys.push(next);
    },
    async rewrap(next) {
      const to = wrappingKey(next, 'The new key');
      // Both keys lie in the file while the ring changes over: a crash in between locks nobody out.
      if (keyFile) await replace(keyFile, keyLines([to, by]));
      await replace(ringFile, wrapRing(ring, to, fingerprint(to)));
      by = to;
      if (keyFile) await replace(keyFile, keyLines([to]));
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

function unwrapped(unwrap: () => Ring, ringFile: string): Ring {
  try {
    return unwrap();
  } catch (error) {
    throw new KeyError(`${ringFile} is damaged: ${(error as Error).message} Restore it from a backup.`);
  }
}
