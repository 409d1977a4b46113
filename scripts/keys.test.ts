import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '#db/connect.ts';
import { keyringStore } from '#db/stores/keyrings.ts';
import { freshDatabase } from '#db/testing/engines.ts';
import { type Keyring, openKeyring } from '#server/keys/keyring.ts';

// Each test starts programs, one after the other.
vi.setConfig({ testTimeout: 120_000 });
const ROOT = resolve(import.meta.dirname, '..');
const PLACE = 'rows/1';
let dataDir = '';

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parlor-keys-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
});

function keys(words: string[], env: Record<string, string> = {}) {
  const own = { PATH: process.env.PATH, PARLOR_DATA_DIR: dataDir, ...env };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/keys.ts', ...words], {
    cwd: ROOT,
    env: own,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
}

const fileAt = (name: string) => join(dataDir, name);
const text = (name: string) => readFileSync(fileAt(name), 'utf8');
const seal = (keyring: Keyring, word: string) => keyring.sealRow(PLACE, Buffer.from(word));
const opened = (keyring: Keyring, sealed: Uint8Array) => Buffer.from(keyring.openRow(PLACE, sealed)).toString();

it('[E12] single-node: a data key is added and seals from the next start on; older data still opens', async () => {
  const before = await openKeyring({ dataDir });
  const old = seal(before, 'old');
  expect(keys(['rotate'])).toMatchObject({ status: 0, said: expect.stringContaining('data keys 1, 2; 2 seals\n') });
  const running = seal(before, 'from a process that ran on');
  const after = await openKeyring({ dataDir });
  expect([old, running].map((one) => opened(after, one))).toEqual(['old', 'from a process that ran on']);
  expect(seal(after, 'new')[5]).toBe(2);
});

it('[E12] single-node: the wrapping key is exchanged in its file, and no output is a key', async () => {
  const sealed = seal(await openKeyring({ dataDir }), 'kept');
  const [oldKey, shown] = [text('parlor.key').trim(), keys(['show']).said];
  const { status, said } = keys(['rewrap']);
  const newKey = text('parlor.key').trim();
  expect(status, said).toBe(0);
  expect(newKey).not.toBe(oldKey);
  expect(said.split(';')[0]).not.toBe(shown.split(';')[0]);
  for (const key of [oldKey, newKey]) expect(said).not.toContain(key);
  expect(opened(await openKeyring({ dataDir }), sealed)).toBe('kept');
});

it('[E12] a key file with the new key before the old one is left unchanged: its owner exchanges it', async () => {
  const sealed = seal(await openKeyring({ dataDir }), 'kept');
  const both = `${randomBytes(32).toString('base64')}\n${text('parlor.key')}`;
  writeFileSync(fileAt('parlor.key'), both);
  expect(keys(['rewrap']).status).toBe(0);
  expect(text('parlor.key')).toBe(both);
  writeFileSync(fileAt('parlor.key'), both.split('\n')[0] as string);
  expect(opened(await openKeyring({ dataDir }), sealed)).toBe('kept');
});

it('[E12] cluster: a data key waits until all processes know it; an earlier process cannot open what it seals', async () => {
  const url = await freshDatabase();
  const database = await openDatabase(url);
  onTestFinished(() => database.close());
  const key = randomBytes(32);
  const place = { ...keyringStore(database.db), name: 'the row' };
  const start = () => openKeyring({ dataDir, key, place });
  const env = { REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: url, PARLOR_KEY: key.toString('hex') };

  const first = await start();
  expect(keys(['rotate'], env)).toMatchObject({ status: 1, said: expect.stringContaining('add, start all anew, use') });
  expect(keys(['add'], env)).toMatchObject({
    status: 0,
    said: expect.stringContaining('data keys 1, 2; 1 seals, 2 waits'),
  });
  expect(keys(['add'], env)).toMatchObject({ status: 1, said: expect.stringContaining('Data key 2 waits already') });
  const second = await start();
  expect(opened(first, seal(second, 'while it waits'))).toBe('while it waits');
  expect(keys(['use'], env)).toMatchObject({ status: 0, said: expect.stringContaining('data keys 1, 2; 2 seals\n') });
  expect(keys(['use'], env)).toMatchObject({ status: 1, said: expect.stringContaining('add one first') });
  const sealed = seal(await start(), 'new');
  expect(sealed[5]).toBe(2);
  expect(opened(second, sealed)).toBe('new');
  expect(() => opened(first, sealed)).toThrow(/data key 2, which is not in the keyring/);

  const next = fileAt('next.key');
  expect(keys(['rewrap'], env)).toMatchObject({ status: 1, said: expect.stringContaining('give --to FILE') });
  writeFileSync(next, randomBytes(32).toString('base64'));
  expect(keys(['rewrap', '--to', next], env)).toMatchObject({
    status: 0,
    said: expect.stringContaining('Set PARLOR_KEY'),
  });
  await expect(start()).rejects.toThrow('is not the one that the row was wrapped with');
  const wrapped = await openKeyring({ dataDir, key: Buffer.from(text('next.key'), 'base64'), place });
  expect(opened(wrapped, sealed)).toBe('new');
});

it('[E12] invalid arguments and keys end in a sentence and change nothing', async () => {
  expect(keys(['show'])).toMatchObject({ status: 1, said: expect.stringContaining('nothing was ever kept here') });
  await openKeyring({ dataDir });
  const before = [text('keyring.json'), text('parlor.key')];
  writeFileSync(fileAt('short'), randomBytes(16).toString('base64'));
  const wrong: [string[], string][] = [
    [[], 'npm run keys -- show'],
    [['polish'], 'npm run keys -- show'],
    [['show', 'rotate'], 'npm run keys -- show'],
    [['rotate', '--to', 'x'], '--to is for rewrap'],
    [['rewrap', '--into', 'x'], "Unknown option '--into'"],
    [['rewrap', '--to', fileAt('nothing')], 'is not there'],
    [['rewrap', '--to', fileAt('short')], 'must be 32 random bytes; it has 16'],
  ];
  for (const [words, sentence] of wrong) {
    const { status, said } = keys(words);
    expect({ status, said }, words.join(' ')).toEqual({ status: 1, said: expect.stringContaining(sentence) });
    expect(said).not.toMatch(/^\s+at /m);
  }
  expect([text('keyring.json'), text('parlor.key')]).toEqual(before);
});
