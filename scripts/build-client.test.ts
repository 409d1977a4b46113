import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildClient } from './build-client.ts';

const LIMIT_BYTES = 150_000;

describe('the built client', () => {
  let directory: string;
  let page: string;
  beforeAll(async () => {
    directory = (await buildClient()).directory;
    page = await readFile(join(directory, 'index.html'), 'utf8');
  });

  /** What the page names, and what those files import at once, to the end. */
  async function firstView(): Promise<Set<string>> {
    const found = new Set(['index.html']);
    const files = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file as string);
    for (let file = files.pop(); file; file = files.pop()) {
      if (found.has(file)) continue;
      found.add(file);
      if (!file.endsWith('.js')) continue;
      const source = await readFile(join(directory, file), 'utf8');
      for (const [, name] of source.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g)) files.push(`assets/${name}`);
    }
    return found;
  }

  it('[V9] the first view weighs at most 150 kB gzipped, without Phaser', async () => {
    const files = await firstView();
    let bytes = 0;
    for (const file of files) bytes += gzipSync(await readFile(join(directory, file))).length;
    expect([...files].filter((file) => file.includes('phaser'))).toEqual([]);
    expect([...files].some((file) => file.includes('colyseus'))).toBe(true);
    expect(bytes).toBeLessThan(LIMIT_BYTES);
  });

  it('[V9] the page has no inline script or style, so that the CSP may forbid them', () => {
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
  });

  it('[V9] the chat is a separate entry with a stable address', async () => {
    expect((await stat(join(directory, 'embed/parlor-chat.js'))).isFile()).toBe(true);
  });

  it('[V9] the client is not rebuilt while its sources are unchanged', async () => {
    expect(await buildClient()).toMatchObject({ built: false });
  });
});
