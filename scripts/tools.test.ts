import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromGo, fromPip, type Recipe, says, ToolMissing, tool } from '#scripts/tools.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parlor-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(directory: string, version: string): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'spade');
  writeFileSync(path, `#!/bin/sh\necho spade v${version}\n`);
  chmodSync(path, 0o755);
  return path;
}

const recipe = (install: Recipe['install']): Recipe => ({
  name: 'spade',
  version: '2.1.0',
  find: says('spade v2.1.', 'version'),
  install,
});
const never = () => {
  throw new Error('nothing is to be installed');
};

describe('tools', () => {
  it('[W2] a program on the PATH is used if its version is right', () => {
    const cache = join(folder, 'cache');
    const right = program(join(folder, 'right'), '2.1.7');
    program(join(folder, 'wrong'), '2.2.0');
    const spade = tool(recipe(never), cache);
    expect(spade.find({ PATH: join(folder, 'right') })).toBe(right);
    expect(spade.find({ PATH: join(folder, 'wrong') })).toBeUndefined();
    expect(spade.find({ PATH: '' })).toBeUndefined();
  });

  it('[W2] a missing program is installed once, atomically', () => {
    const cache = join(folder, 'cache');
    let tries = 0;
    const broken = tool(
      recipe(() => {
        throw new Error('the network is away');
      }),
      cache,
    );
    expect(() => broken.provide()).toThrow('the network is away');
    const spade = tool(
      recipe((directory) => {
        tries++;
        program(directory, '2.1.0');
      }),
      cache,
    );
    expect(spade.provide()).toBe(join(cache, 'spade-2.1.0', 'spade'));
    expect(spade.provide()).toBe(join(cache, 'spade-2.1.0', 'spade'));
    expect([tries, readdirSync(cache)]).toEqual([1, ['spade-2.1.0']]);
  });

  it('[W2] a missing program that cannot be installed is reported in a sentence', () => {
    vi.stubEnv('PATH', folder);
    const spade = tool(recipe(fromGo('spade', 'example.org/spade', '2.1.0', 'a while')), folder);
    expect(() => spade.provide()).toThrow(ToolMissing);
    expect(() => spade.provide()).toThrow('spade is missing, and so is Go to build it. Install spade 2.1.0 by hand');
    const pip = tool(recipe(fromPip('spade', 'spade-bin', '2.1.0')), folder);
    expect(() => pip.provide()).toThrow('spade is missing, and so is Python. Install spade-bin==2.1.0 by hand');
    vi.unstubAllEnvs();
  });

  it('[W2] an installation that lacks the program is reported in a sentence', () => {
    expect(() =>
      tool(
        recipe(() => {}),
        folder,
      ).provide(),
    ).toThrow('spade 2.1.0 was installed without its program.');
  });
});
