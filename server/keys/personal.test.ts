import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { SealError } from '#server/keys/box.ts';
import { openKeyring } from '#server/keys/keyring.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-personal-'));
afterAll(() => rmSync(directory, { recursive: true }));

const keyring = await openKeyring({ dataDir: directory });
const clear = await openKeyring({ dataDir: directory, sealing: false });
const name = 'Ada Lovelace 👩‍💻';

it('[E9] a row opens in its own place only, unchanged and complete', () => {
  const plain = new TextEncoder().encode(name);
  const sealed = keyring.sealRow('identity/Session/1', plain);
  expect(new Uint8Array(keyring.openRow('identity/Session/1', sealed))).toEqual(plain);
  expect(() => keyring.openRow('identity/Session/2', sealed)).toThrow(SealError);
  for (let i = 0; i < sealed.length; i++) {
    const changed = Uint8Array.from(sealed);
    changed[i] = (changed[i] ?? 0) ^ 0x80;
    expect(() => keyring.openRow('identity/Session/1', changed), `byte ${i}`).toThrow(SealError);
    expect(() => keyring.openRow('identity/Session/1', sealed.subarray(0, i)), `cut at ${i}`).toThrow(SealError);
  }
});

it("[E10] personal data is sealed under the player's key", () => {
  const [ada, bob] = [keyring.newPlayerKey('p-ada'), keyring.newPlayerKey('p-bob')];
  const sealed = keyring.sealPersonal(ada, 'players/p-ada/name', name);
  expect(keyring.openPersonal(ada, 'players/p-ada/name', sealed)).toBe(name);
  expect(Buffer.from(sealed).includes('Ada')).toBe(false);
  expect(() => keyring.openPersonal(bob, 'players/p-ada/name', sealed)).toThrow(SealError);
  expect(() => keyring.openPersonal(ada, 'players/p-ada/subject', sealed)).toThrow(SealError);
  expect(keyring.sealPersonal(ada, 'players/p-ada/name', name)).not.toEqual(sealed);
  expect(keyring.newPlayerKey('p-ada')).not.toEqual(ada);
});

it('[E10] a wrapped key that was changed, cut or given to another player is refused by its name', () => {
  const wrapped = keyring.newPlayerKey('p-ada');
  for (let i = 0; i < wrapped.length; i++) {
    const changed = Uint8Array.from(wrapped);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => keyring.sealPersonal(changed, 'name', name), `byte ${i}`).toThrow(SealError);
    expect(() => keyring.sealPersonal(wrapped.subarray(0, i), 'name', name), `cut at ${i}`).toThrow(SealError);
  }
  const stolen = Buffer.concat([wrapped.subarray(0, wrapped.length - 5), Buffer.from('p-bob')]);
  expect(() => keyring.sealPersonal(stolen, 'name', name)).toThrow(/The key of player p-bob does not open/);
});

it('[E5] with sealing off rows and names are plain, and a sealed installation refuses them', () => {
  const wrapped = clear.newPlayerKey('p-ada');
  const personal = clear.sealPersonal(wrapped, 'name', name);
  const row = clear.sealRow('row', new TextEncoder().encode(name));
  for (const bytes of [personal, row]) expect(Buffer.from(bytes).includes('Ada')).toBe(true);
  expect(clear.openPersonal(wrapped, 'name', personal)).toBe(name);
  expect(new TextDecoder().decode(clear.openRow('row', row))).toBe(name);
  expect(() => keyring.openPersonal(wrapped, 'name', personal)).toThrow(/is not sealed/);
  expect(() => keyring.openRow('row', row)).toThrow(/is not sealed/);
});

it('[E11] a keyed hash is stable for one purpose and value, and reveals nothing without the key', async () => {
  const elsewhere = await openKeyring({ dataDir: join(directory, 'elsewhere') });
  const hash = keyring.hash('username', 'ada');
  expect(hash).toMatch(/^[\w-]{43}$/);
  expect((await openKeyring({ dataDir: directory })).hash('username', 'ada')).toBe(hash);
  for (const other of [
    keyring.hash('email', 'ada'),
    keyring.hash('username', 'adb'),
    elsewhere.hash('username', 'ada'),
  ])
    expect(other).not.toBe(hash);
  expect(keyring.derive('tokens')).toHaveLength(32);
  expect(keyring.derive('tokens')).not.toEqual(keyring.derive('cookies'));
});
