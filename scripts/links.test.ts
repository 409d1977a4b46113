import { access, glob, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const PAGES = ['*.md', 'docs/**/*.md', '{schema,rooms,db,server,client,scripts,loadtest,tests,releases}/**/*.md'];

/** Targets of Markdown links and pictures that lie in this repository, without their anchors. */
const targetsOf = (page: string): string[] =>
  [...page.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, to]) => to as string).filter((to) => !/^[a-z]+:/.test(to));

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

it('[F6] every page links only to files that exist', async () => {
  const dead: string[] = [];
  let seen = 0;
  for await (const page of glob(PAGES, { cwd: ROOT })) {
    for (const target of targetsOf(await readFile(join(ROOT, page), 'utf8'))) {
      seen++;
      if (!(await exists(join(ROOT, dirname(page), target)))) dead.push(`${page} -> ${target}`);
    }
  }
  expect(dead).toEqual([]);
  expect(seen).toBeGreaterThan(10);
});

it('[F7] every top folder has a README of at most sixty lines', async () => {
  for (const folder of [
    'schema',
    'rooms',
    'db',
    'server',
    'client',
    'loadtest',
    'docs',
    'tests',
    'scripts',
    'helm',
    'releases',
  ]) {
    const page = await readFile(join(ROOT, folder, 'README.md'), 'utf8');
    expect(page.split('\n').length, folder).toBeLessThanOrEqual(61);
  }
});
