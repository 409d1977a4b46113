/** The data keys in memory: one of them seals, all of them open. */
import type { KeyObject } from 'node:crypto';
import { readHeader, SealError, SUITE, type Suite } from '#server/keys/box.ts';

export type DataKey = { id: number; key: KeyObject };

export type DataKeys = {
  /** The one that seals. */
  current(): DataKey;
  /** `CLEAR` only in tests that switched sealing off. */
  readonly suite: Suite;
  /** The key that a header names; nothing for what tests wrote in the clear. Throws `SealError`. */
  keyOf(what: string, bytes: Uint8Array, more: number): DataKey | undefined;
};

/** `ring` is read anew each time: a rotation adds to it. Without `seals` the newest key does. */
export function dataKeys(ring: { readonly keys: readonly DataKey[]; readonly seals?: number }, suite: Suite): DataKeys {
  return {
    suite,
    current() {
      const { keys, seals } = ring;
      const current = seals === undefined ? keys.at(-1) : keys.find(({ id }) => id === seals);
      if (!current) throw new Error('A keyring has a data key.');
      return current;
    },
    keyOf(what, bytes, more) {
      const header = readHeader(what, bytes, more);
      if (header.suite === SUITE.CLEAR) {
        // Else whoever can write to the disk could put bytes of their own there.
        if (suite !== SUITE.CLEAR) throw new SealError(`${what} is not sealed.`);
        return undefined;
      }
      const found = ring.keys.find(({ id }) => id === header.keyId);
      if (!found) throw new SealError(`${what} is sealed with data key ${header.keyId}, which is not in the keyring.`);
      return found;
    },
  };
}
