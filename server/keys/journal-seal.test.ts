import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Claim, Seal, Stored } from '#rooms/ports.ts';
import { SealError } from '#server/keys/box.ts';
import { openKeyring } from '#server/keys/keyring.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-seal-'));
afterAll(() => rmSync(directory, { recursive: true }));

const claim: Claim = { room: 'table-7', journal: 'j1', machine: 'chess', epoch: 3 };
const plain = new TextEncoder().encode('e2e4, and a word or two');
const keyring = await openKeyring({ dataDir: directory });
const kinds = ['entry', 'snapshot'] as const;

function stored(seal: Seal, kind: (typeof kinds)[number], n = 5): Stored {
  return { n, epoch: claim.epoch, bytes: seal[kind](claim, n, plain) };
}

it('[E1] the seal opens what it sealed, in another process too, and hides it', async () => {
  for (const kind of kinds) {
    const sealed = stored(keyring.journalSeal(), kind);
    const other = (await openKeyring({ dataDir: directory })).journalSeal();
    expect(new Uint8Array(other.open(kind, claim, sealed))).toEqual(plain);
    expect(Buffer.from(sealed.bytes).includes('e2e4')).toBe(false);
    const empty = other[kind]({ ...claim }, 1, new Uint8Array());
    expect(other.open(kind, claim, { n: 1, epoch: 3, bytes: empty })).toHaveLength(0);
  }
});

it('[E2] every changed byte and every cut is refused, naming the room', () => {
  const seal = keyring.journalSeal();
  for (const kind of kinds) {
    const { bytes, ...at } = stored(seal, kind);
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => seal.open(kind, claim, { ...at, bytes: changed }), `byte ${i}`).toThrow(SealError);
      expect(() => seal.open(kind, claim, { ...at, bytes: changed }), `byte ${i}`).toThrow(/ 5 of room table-7 /);
      expect(() => seal.open(kind, claim, { ...at, bytes: bytes.subarray(0, i) }), `cut at ${i}`).toThrow(SealError);
    }
    expect(() => seal.open(kind, claim, { ...at, bytes: Buffer.concat([bytes, bytes]) })).toThrow(SealError);
  }
});

it('[E2] moved bytes are refused: to another room, batch, epoch or kind', () => {
  const seal = keyring.journalSeal();
  for (const kind of kinds) {
    const sealed = stored(seal, kind);
    expect(() => seal.open(kind, { ...claim, journal: 'j2' }, sealed)).toThrow(SealError);
    expect(() => seal.open(kind, claim, { ...sealed, n: 6 })).toThrow(SealError);
    expect(() => seal.open(kind, claim, { ...sealed, n: 5 + 2 ** 32 })).toThrow(SealError);
    expect(() => seal.open(kind, claim, { ...sealed, epoch: 4 })).toThrow(SealError);
    expect(() => seal.open(kind === 'entry' ? 'snapshot' : 'entry', claim, sealed)).toThrow(SealError);
  }
});

it('[E3] a batch is sealed once: repeating gives the same bytes, other content or an older batch is an error', () => {
  const seal = keyring.journalSeal();
  const first = seal.entry(claim, 5, plain);
  // A host may reuse its buffer; what counts is the content.
  expect(seal.entry(claim, 5, Uint8Array.from(plain))).toEqual(first);
  expect(() => seal.entry(claim, 5, plain.subarray(1))).toThrow(/sealed with other content/);
  expect(() => seal.entry(claim, 4, plain)).toThrow(/before batch 5/);
  expect(seal.entry(claim, 6, plain)).not.toEqual(first);
});

it('[E3] another claim seals under other keys, and no two snapshots are equal', () => {
  const seal = keyring.journalSeal();
  const salt = (bytes: Uint8Array) => Buffer.from(bytes.subarray(6, 22)).toString('hex');
  const body = (bytes: Uint8Array) => Buffer.from(bytes.subarray(22)).toString('hex');
  const mine = seal.entry(claim, 5, plain);
  const theirs = seal.entry({ ...claim }, 5, plain);
  expect(salt(mine)).not.toBe(salt(theirs));
  expect(body(mine)).not.toBe(body(theirs));
  expect(salt(seal.snapshot(claim, 5, plain))).toBe(salt(mine));
  expect(seal.snapshot(claim, 5, plain)).not.toEqual(seal.snapshot(claim, 5, plain));
});

it('[E4] the header names format, suite and data key; unknown ones are refused by name', () => {
  const seal = keyring.journalSeal();
  const sealed = stored(seal, 'entry');
  expect([...sealed.bytes.subarray(0, 6)]).toEqual([1, 1, 0, 0, 0, 1]);
  const withByte = (i: number, value: number) => {
    const bytes = Uint8Array.from(sealed.bytes);
    bytes[i] = value;
    return () => seal.open('entry', claim, { ...sealed, bytes });
  };
  expect(withByte(0, 2)).toThrow(/format 2; this version reads 1/);
  expect(withByte(1, 9)).toThrow(/no known suite/);
  expect(withByte(5, 7)).toThrow(/data key 7, which is not in the keyring/);
});

it('[E5] with sealing off, in tests only, bytes are plain and marked so; a sealing process refuses them', async () => {
  const clear = (await openKeyring({ dataDir: directory, sealing: false })).journalSeal();
  for (const kind of kinds) {
    const open = stored(clear, kind, kind === 'entry' ? 5 : 6);
    expect(Buffer.from(open.bytes).includes('e2e4')).toBe(true);
    expect(open.bytes[1]).toBe(0);
    expect(new Uint8Array(clear.open(kind, claim, open))).toEqual(plain);
    expect(() => keyring.journalSeal().open(kind, claim, open)).toThrow(/of room table-7 is not sealed/);
    const sealed = stored(keyring.journalSeal(), kind);
    expect(new Uint8Array(clear.open(kind, claim, sealed))).toEqual(plain);
  }
});
