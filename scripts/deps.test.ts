import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findChromium, findPostgres, missing, sentence, TOOLS } from '#scripts/deps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlor-deps-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function program(path: string): Promise<string> {
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

it('[F3] finds Chromium on the PATH under each of its names, and by CHROMIUM', async () => {
  expect(findChromium({ PATH: folder })).toBeUndefined();
  const chrome = await program(join(folder, 'google-chrome'));
  expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(chrome);
  expect(findChromium({ PATH: '', CHROMIUM: chrome })).toBe(chrome);
});

it('[F3] a CHROMIUM that is not there is missing, not replaced by another one', async () => {
  await program(join(folder, 'chromium'));
  expect(findChromium({ PATH: folder, CHROMIUM: '/nowhere/chromium' })).toBeUndefined();
});

it('[F3] PostgreSQL counts only with both of its programs', async () => {
  await mkdir(join(folder, 'bin'));
  await program(join(folder, 'bin', 'initdb'));
  expect(findPostgres({ PG_BIN: join(folder, 'bin') })).toBeUndefined();
  await program(join(folder, 'bin', 'pg_ctl'));
  expect(findPostgres({ PG_BIN: join(folder, 'bin') })).toBe(join(folder, 'bin'));
});

it('[F3] what is missing is named, with the line that installs it', () => {
  const absent = missing(TOOLS, { PATH: '', CHROMIUM: '/nowhere', PG_BIN: '/nowhere' });
  expect(absent.map((tool) => tool.name)).toEqual(expect.arrayContaining(['Chromium', 'PostgreSQL']));
  const text = sentence(absent.slice(0, 2), 'this is not a Debian system');
  expect(text).toContain('The tests need Chromium (or name one with CHROMIUM=/path), PostgreSQL');
  expect(text).toContain('sudo apt-get install -y chromium postgresql');
});
