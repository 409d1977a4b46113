import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring } from '#server/keys/keyring.ts';
import { KeyError } from '#server/keys/wrapping.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-keys-'));
afterAll(() => rmSync(directory, { recursive: true }));

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(directory, 'data-'));
});

const at = (name: string) => join(dataDir, name);
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function refusal(options: Omit<Parameters<typeof openKeyring>[0], 'dataDir'> = {}): Promise<string> {
  const before = readdirSync(dataDir).map((name) => [name, readFileSync(at(name), 'utf8')]);
  const error = await openKeyring({ dataDir, ...options }).catch((error) => error);
  expect(error).toBeInstanceOf(KeyError);
  expect(readdirSync(dataDir).map((name) => [name, readFileSync(at(name), 'utf8')])).toEqual(before);
  return error.message;
}

describe('the first start', () => {
  it('[E6] the first start creates a key file and a keyring, readable by their owner alone, and later starts use them', async () => {
    const first = await openKeyring({ dataDir });
    expect(readdirSync(dataDir).sort()).toEqual(['keyring.json', 'parlor.key']);
    for (const name of readdirSync(dataDir)) expect(statSync(at(name)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readFileSync(at('parlor.key'), 'utf8'), 'base64')).toHaveLength(32);
    const again = await openKeyring({ dataDir, hasData: true });
    expect(text(again.openRow('rows/1', first.sealRow('rows/1', bytes('hello'))))).toBe('hello');
    expect(again.derive('tokens')).toEqual(first.derive('tokens'));
  });

  it('[E6] two concurrent first starts end in one keyring', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, () => openKeyring({ dataDir })));
    expect(new Set(many.map((keyring) => keyring.hash('x', 'y'))).size).toBe(1);
    expect(readdirSync(dataDir)).toHaveLength(2);
  });

  it('[E6] a start continues after a crash that left the key file alone', async () => {
    await openKeyring({ dataDir });
    rmSync(at('keyring.json'));
    const key = readFileSync(at('parlor.key'), 'utf8');
    await openKeyring({ dataDir });
    expect(readFileSync(at('parlor.key'), 'utf8')).toBe(key);
  });

  it('[E6] a configured key is used, and no key file is created', async () => {
    const key = randomBytes(32);
    const sealed = (await openKeyring({ dataDir, key })).sealRow('p', bytes('x'));
    expect(readdirSync(dataDir)).toEqual(['keyring.json']);
    expect(text((await openKeyring({ dataDir, key })).openRow('p', sealed))).toBe('x');
  });
});

describe('data without its key', () => {
  it('[E7] a missing key file refuses the start', async () => {
    await openKeyring({ dataDir });
    rmSync(at('parlor.key'));
    expect(await refusal()).toMatch(
      /parlor\.key is missing, and what is stored cannot be read without it\. Put it back/,
    );
  });

  it('[E7] a missing keyring refuses the start', async () => {
    await openKeyring({ dataDir });
    rmSync(at('keyring.json'));
    expect(await refusal({ hasData: true })).toMatch(/There is data in .* but .*keyring\.json is missing/);
    rmSync(at('parlor.key'));
    await refusal({ hasData: true });
  });

  it('[E7] another key, in the file or configuration, refuses the start', async () => {
    await openKeyring({ dataDir });
    expect(await refusal({ key: randomBytes(32) })).toMatch(/The configured key .* is not the one that/);
    writeFileSync(at('parlor.key'), randomBytes(32).toString('base64'));
    expect(await refusal()).toMatch(/The key in .*parlor\.key .* is not the one that .*keyring\.json was wrapped with/);
  });

  it('[E7] keys of the wrong length and damaged or newer keyrings are refused', async () => {
    expect(await refusal({ key: randomBytes(16) })).toMatch(/must be 32 random bytes; it has 16/);
    await openKeyring({ dataDir });
    copyFileSync(at('keyring.json'), at('good'));
    const ring = JSON.parse(readFileSync(at('keyring.json'), 'utf8'));
    const write = (content: unknown) =>
      writeFileSync(at('keyring.json'), typeof content === 'string' ? content : JSON.stringify(content));
    write('{ "version"');
    expect(await refusal()).toMatch(/damaged: it is not JSON/);
    write({ ...ring, version: 2 });
    expect(await refusal()).toMatch(/written by a newer Parlor/);
    write({ ...ring, keys: [] });
    expect(await refusal()).toMatch(/damaged.*keys/s);
    write({ ...ring, keys: [{ id: 2, wrapped: ring.keys[0].wrapped }] });
    expect(await refusal()).toMatch(/key 2 does not open/);
    write({ ...ring, root: ring.keys[0].wrapped });
    expect(await refusal()).toMatch(/root does not open/);
    copyFileSync(at('good'), at('keyring.json'));
    writeFileSync(at('parlor.key'), '');
    expect(await refusal()).toMatch(/must be 32 random bytes; it has 0/);
  });
});

describe('changing keys', () => {
  it('[E8] a rotation seals with a new data key, opens older data, and keeps derived secrets', async () => {
    const keyring = await openKeyring({ dataDir });
    const seal = keyring.journalSeal();
    const claim = { room: 'r', journal: 'j', machine: 'm', epoch: 1 };
    const old = {
      row: keyring.sealRow('p', bytes('old')),
      entry: seal.entry(claim, 0, bytes('old')),
      hash: keyring.hash('a', 'b'),
    };
    const player = keyring.newPlayerKey('p1');
    await keyring.rotate();
    for (const ring of [keyring, await openKeyring({ dataDir })]) {
      expect(text(ring.openRow('p', old.row))).toBe('old');
      expect(text(ring.journalSeal().open('entry', claim, { n: 0, epoch: 1, bytes: old.entry }))).toBe('old');
      expect(ring.hash('a', 'b')).toBe(old.hash);
      expect(ring.openPersonal(player, 'name', ring.sealPersonal(player, 'name', 'Ada'))).toBe('Ada');
      expect(ring.sealRow('p', bytes('new'))[5]).toBe(2);
      expect(ring.journalSeal().entry({ ...claim, epoch: 2 }, 0, bytes('new'))[5]).toBe(2);
    }
  });

  it('[E8] a rewrap changes the wrapping key and no sealed data', async () => {
    const keyring = await openKeyring({ dataDir });
    const sealed = keyring.sealRow('p', bytes('kept'));
    const before = readFileSync(at('parlor.key'), 'utf8');
    const next = randomBytes(32);
    await keyring.rewrap(next);
    expect(readFileSync(at('parlor.key'), 'utf8').trim()).toBe(next.toString('base64'));
    expect(text((await openKeyring({ dataDir })).openRow('p', sealed))).toBe('kept');
    await keyring.rotate();
    expect(text((await openKeyring({ dataDir, key: next })).openRow('p', sealed))).toBe('kept');
    // A crash on the way leaves both keys in the file: either fits.
    writeFileSync(at('parlor.key'), before + next.toString('base64'));
    expect(text((await openKeyring({ dataDir })).openRow('p', sealed))).toBe('kept');
    writeFileSync(at('parlor.key'), before);
    await refusal();
  });
});
