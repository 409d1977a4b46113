/** The key that wraps the data keys: where it comes from, and what is refused. */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { createOnce, readIfThere } from '#server/keys/durable.ts';

/** The keys that are needed are not here, or do not fit; the message says what to do. Nothing was changed. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** Tells keys apart without giving them away; 12 characters. */
export function fingerprint(key: KeyObject): string {
  return createHmac('sha256', key).update('parlor wrapping key').digest('base64url').slice(0, 12);
}

/** Throws `KeyError` unless it is 32 bytes. */
export function wrappingKey(bytes: Uint8Array, source: string): KeyObject {
  if (bytes.length !== 32) throw new KeyError(`${source} must be 32 random bytes; it has ${bytes.length}.`);
  return createSecretKey(bytes);
}

/** A key file holds one key, in base64; two while keys are being exchanged. */
export async function readKeyFile(file: string): Promise<KeyObject[] | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const lines = text.trim().split(/\s+/);
  return lines.map((line) => wrappingKey(Buffer.from(line, 'base64'), `The key in ${file}`));
}

/** Makes a key on first start; whoever else did so in the same moment may have won. */
export async function firstKeyFile(file: string): Promise<KeyObject[]> {
  await createOnce(file, keyLines([createSecretKey(randomBytes(32))]));
  return (await readKeyFile(file)) ?? [];
}

export const keyLines = (keys: KeyObject[]) => `${keys.map((key) => key.export().toString('base64')).join('\n')}\n`;
