/**
 * Seals journals. Every claim gets keys of its own, HKDF(data key, journal, epoch, a random salt that
 * travels in the header): a batch number is then a nonce that never comes twice, whoever else thinks to
 * own the room. Additional data: header, kind, epoch, batch number, journal.
 */
import { type KeyObject, randomFillSync } from 'node:crypto';
import type { Claim, Seal, Stored } from '#rooms/ports.ts';
import { decrypt, derived, encrypt, HEADER, headerOf, NONCE, SealError, SUITE } from '#server/keys/box.ts';
import type { DataKeys } from '#server/keys/data-keys.ts';
import { recently } from '#server/keys/recently.ts';

type Kind = 'entry' | 'snapshot';
const KINDS = { entry: 1, snapshot: 2 } as const;
const SALT = 16;
const SALTED = HEADER + SALT;

/** Where a sealed thing lies, as additional data. The nonce is the last eight bytes of twelve: the number. */
const PLACE = { kind: 0, epoch: 1, n: 9, journal: 17 } as const;

type ClaimKeys = {
  head: Buffer;
  keys: Record<Kind, KeyObject>;
  aad: Record<Kind, Buffer>;
  /** The batch sealed last, kept for a retry. */
  n: number;
  sealed: Buffer;
};

export function journalSeal(keys: DataKeys, derive: Seal['derive']): Seal {
  // By object: whoever makes a claim of his own gets a salt, and so keys, of his own.
  const claims = new WeakMap<Claim, ClaimKeys>();
  const opening = recently<KeyObject>(1024);
  const nonce = Buffer.alloc(NONCE);

  function keysOf(claim: Claim): ClaimKeys {
    const known = claims.get(claim);
    if (known) return known;
    const fresh = claimKeys(keys, claim);
    claims.set(claim, fresh);
    return fresh;
  }

  function sealEntry(own: ClaimKeys, n: number, plain: Uint8Array): Buffer {
    if (keys.suite === SUITE.CLEAR) return Buffer.concat([own.head.subarray(0, HEADER), plain]);
    writeNumber(own.aad.entry, SALTED + PLACE.n, n);
    writeNumber(nonce, 4, n);
    return encrypt(own.keys.entry, nonce, own.aad.entry, own.head, plain);
  }

  return {
    derive,

    entry(claim, n, plain) {
      const own = keysOf(claim);
      if (n < own.n) throw new Error(`Batch ${n} of room ${claim.room} was sealed before batch ${own.n}; it stays.`);
      const sealed = sealEntry(own, n, plain);
      if (n === own.n) {
        // A retry resends the same bytes; other bytes under the same nonce would give both away.
        if (!sealed.equals(own.sealed))
          throw new Error(`Batch ${n} of room ${claim.room} was sealed with other content.`);
        return own.sealed;
      }
      own.n = n;
      own.sealed = sealed;
      return sealed;
    },

    snapshot(claim, n, plain) {
      const own = keysOf(claim);
      if (keys.suite === SUITE.CLEAR) return Buffer.concat([own.head.subarray(0, HEADER), plain]);
      writeNumber(own.aad.snapshot, SALTED + PLACE.n, n);
      const head = Buffer.alloc(SALTED + NONCE);
      head.set(own.head);
      const random = randomFillSync(head.subarray(SALTED));
      return encrypt(own.keys.snapshot, random, own.aad.snapshot, head, plain);
    },

    open(kind, { room, journal }, { n, epoch, bytes }: Stored) {
      const what = `${kind === 'entry' ? 'Batch' : 'The snapshot at batch'} ${n} of room ${room}`;
      const from = kind === 'entry' ? SALTED : SALTED + NONCE;
      const dataKey = keys.keyOf(what, bytes, from - HEADER);
      if (!dataKey) return bytes.subarray(HEADER);
      const head = bytes.subarray(0, SALTED);
      const salt = bytes.subarray(HEADER, SALTED);
      const id = `${kind} ${journal} ${epoch} ${Buffer.from(head).toString('latin1')}`;
      const key = opening(id, () => derived(dataKey.key, infoOf(kind, journal, epoch), salt));
      writeNumber(nonce, 4, n);
      const aad = placeOf(kind, head, journal, epoch);
      writeNumber(aad, SALTED + PLACE.n, n);
      const plain = decrypt(key, kind === 'entry' ? nonce : bytes.subarray(SALTED, from), aad, bytes, from);
      if (!plain) throw new SealError(`${what} does not open: it was changed, or belongs elsewhere.`);
      return plain;
    },
  };
}

function claimKeys(keys: DataKeys, { journal, epoch }: Claim): ClaimKeys {
  const { id, key } = keys.current();
  const head = headerOf(keys.suite, id, SALTED);
  const salt = randomFillSync(head.subarray(HEADER));
  return {
    head,
    keys: {
      entry: derived(key, infoOf('entry', journal, epoch), salt),
      snapshot: derived(key, infoOf('snapshot', journal, epoch), salt),
    },
    aad: { entry: placeOf('entry', head, journal, epoch), snapshot: placeOf('snapshot', head, journal, epoch) },
    n: -1,
    sealed: head,
  };
}

const infoOf = (kind: Kind, journal: string, epoch: number) => `parlor journal ${kind} ${epoch} ${journal}`;

function placeOf(kind: Kind, head: Uint8Array, journal: string, epoch: number): Buffer {
  const place = Buffer.alloc(head.length + PLACE.journal);
  place.set(head);
  place[head.length + PLACE.kind] = KINDS[kind];
  writeNumber(place, head.length + PLACE.epoch, epoch);
  return Buffer.concat([place, Buffer.from(journal)]);
}

/** Eight bytes, big-endian. */
function writeNumber(into: Buffer, at: number, value: number): void {
  into.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  into.writeUInt32BE(value % 2 ** 32, at + 4);
}
