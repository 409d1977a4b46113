/**
 * Sealing for database rows. What names a person is sealed under that person's own key, which lies
 * wrapped beside it: whoever destroys the wrapped key has erased the person, in backups too.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { derived, HEADER, NONCE, openBox, readHeader, SealError, SUITE, sealBox } from '#server/keys/box.ts';
import type { DataKey, DataKeys } from '#server/keys/data-keys.ts';
import { recently } from '#server/keys/recently.ts';

const TEXT = new TextDecoder('utf-8', { fatal: true });
/** Header, nonce, key, tag; the player's pseudonym follows in the clear. */
const WRAPPED = HEADER + NONCE + 32 + 16;

export type RowSealing = {
  sealRow(place: string, plain: Uint8Array): Uint8Array;
  /** Throws `SealError` when the bytes were changed, cut, or sealed for another place. */
  openRow(place: string, sealed: Uint8Array): Uint8Array;
  /** A fresh key for one player, wrapped, to store beside what it seals. */
  newPlayerKey(player: string): Uint8Array;
  sealPersonal(wrapped: Uint8Array, place: string, text: string): Uint8Array;
  /** Throws `SealError` as `openRow` does, and for a wrapped key that is not genuine. */
  openPersonal(wrapped: Uint8Array, place: string, sealed: Uint8Array): string;
};

export function rowSealing(keys: DataKeys): RowSealing {
  const unwrapped = recently<KeyObject>(1000);
  const derivedOnce = recently<KeyObject>(64);
  const under = ({ id, key }: DataKey, purpose: 'rows' | 'player keys') =>
    derivedOnce(`${purpose} ${id}`, () => derived(key, `parlor ${purpose}`));

  function unwrap(wrapped: Uint8Array): KeyObject {
    const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length);
    return unwrapped(bytes.toString('latin1'), () => {
      const place = `The key of player ${bytes.toString('utf8', WRAPPED)}`;
      const dataKey = keys.keyOf(place, bytes, NONCE);
      if (!dataKey) throw new SealError(`${place} is not sealed.`);
      return createSecretKey(openBox(under(dataKey, 'player keys'), place, bytes.subarray(0, WRAPPED)));
    });
  }

  return {
    sealRow(place, plain) {
      const current = keys.current();
      return sealBox(keys.suite, current.id, under(current, 'rows'), place, plain);
    },
    openRow(place, sealed) {
      const dataKey = keys.keyOf(place, sealed, NONCE);
      return dataKey ? openBox(under(dataKey, 'rows'), place, sealed) : sealed.subarray(HEADER);
    },
    newPlayerKey(player) {
      const current = keys.current();
      const key = under(current, 'player keys');
      const box = sealBox(SUITE.AES_256_GCM, current.id, key, `The key of player ${player}`, randomBytes(32));
      return Buffer.concat([box, Buffer.from(player)]);
    },
    sealPersonal(wrapped, place, text) {
      return sealBox(keys.suite, 0, unwrap(wrapped), place, Buffer.from(text));
    },
    openPersonal(wrapped, place, sealed) {
      const { suite } = readHeader(place, sealed, NONCE);
      if (suite === SUITE.CLEAR && keys.suite !== SUITE.CLEAR) throw new SealError(`${place} is not sealed.`);
      const plain = suite === SUITE.CLEAR ? sealed.subarray(HEADER) : openBox(unwrap(wrapped), place, sealed);
      return TEXT.decode(plain);
    },
  };
}
