import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MACHINES } from '#rooms/registry.ts';
import { closureOf } from '#server/running-code.ts';
import { versionOf, versionsOf } from '#server/version.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'parlor-version-'));
});
afterAll(() => rm(root, { recursive: true }));

const MACHINE = `
import type { Schema } from './types.ts';
import { rule } from './rule.ts';
import { add } from '@lib/sums/add.js';
/** What it is. */
export const machine = { name: 'm', check: (at: number): boolean => rule(at) && add(at, 1) > 2 };
`;
const FILES = {
  'machine.ts': MACHINE,
  'rule.ts': 'export function rule(at: number): boolean {\n  return at < 7;\n}\n',
  'types.ts': 'export type Schema = { a: 1 };\n',
  'node_modules/@lib/sums/package.json': '{"name":"@lib/sums","version":"1.0.0","dependencies":{"carry":"^1.0.0"}}',
  'node_modules/carry/package.json': '{"name":"carry","version":"1.0.0"}',
};

async function version(changed: Partial<Record<keyof typeof FILES, string>> = {}): Promise<string> {
  // Another directory each time would be another path: the last one goes.
  const own = join(root, 'release');
  await rm(own, { recursive: true, force: true });
  for (const [file, text] of Object.entries({ ...FILES, ...changed })) {
    await mkdir(dirname(join(own, file)), { recursive: true });
    await writeFile(join(own, file), text);
  }
  return versionOf({ source: pathToFileURL(join(own, 'machine.ts')).href });
}

describe('[P50] the version of a machine', () => {
  it.each([
    ['a comment', { 'rule.ts': `// of the rule\n${FILES['rule.ts']}` }],
    ['the layout', { 'rule.ts': 'export function rule(at: number) { return (at < 7) }' }],
    ['a type', { 'rule.ts': FILES['rule.ts'].replace('at: number', 'at: number | 3n') }],
    ['an exported type', { 'rule.ts': `export type Rule = { a: string };\n;${FILES['rule.ts']}` }],
    ['a file of types', { 'types.ts': 'export type Schema = { b: 2 };' }],
    [
      'another import type',
      { 'machine.ts': MACHINE.replace('import { rule }', "import type { X } from './none.ts';\nimport { rule }") },
    ],
  ])('does not change with %s', async (_, changed) => {
    expect(await version(changed)).toBe(await version());
  });

  it.each([
    ['a rule', { 'rule.ts': FILES['rule.ts'].replace('7', '8') }],
    ['its own file', { 'machine.ts': MACHINE.replace('> 2', '>= 2') }],
    [
      'a library that is imported by a subpath',
      { 'node_modules/@lib/sums/package.json': FILES['node_modules/@lib/sums/package.json'].replace('1.0.0', '1.0.1') },
    ],
    ['a library of that library', { 'node_modules/carry/package.json': '{"name":"carry","version":"1.0.1"}' }],
  ])('changes with %s', async (_, changed) => {
    expect(await version(changed)).not.toBe(await version());
  });

  it('cannot be computed if a library is not installed', async () => {
    await expect(version({ 'machine.ts': "import 'no-such-library/x';" })).rejects.toThrow('which is not installed');
  });

  it('is derived from the definition: each machine of the registry has its own, without a list of files', () => {
    const { version } = versionsOf(MACHINES);
    const versions = MACHINES.map(version);
    expect(new Set(versions).size).toBe(MACHINES.length);
    expect(versions.every((one) => /^[0-9a-f]{16}$/.test(one))).toBe(true);
  });

  it('ignores sentences for people, and includes the libraries that a machine computes with', () => {
    for (const { source, name } of MACHINES) {
      const { files, libraries } = closureOf([fileURLToPath(source)]);
      const ours = [...files.keys()].map((file) => relative(fileURLToPath(new URL('..', import.meta.url)), file));
      expect(ours, name).not.toContain('schema/refusals.ts');
      expect(ours.length, name).toBeGreaterThan(2);
      expect([...libraries].map((one) => one.replace(/@[^@]+$/, ''))).toEqual(
        expect.arrayContaining(['zod', '@colyseus/schema']),
      );
    }
  });
});
