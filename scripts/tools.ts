/**
 * Programs that npm does not have: found on the PATH, or built once into `.cache/tools` (which git ignores), exact
 * versions only. `npm run tools -- [name…]` provides them ahead of time; running it again changes nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Environment, onPath, runnable } from '#scripts/on-path.ts';

export const CACHE = resolve(import.meta.dirname, '../.cache/tools');

export type Recipe = {
  /** Also the name of its program. */
  name: string;
  version: string;
  /** Will the program at `path`, found on the PATH, do? */
  find(path: string): boolean;
  /** Puts the program into `directory`. @throws ToolMissing */
  install(directory: string): void;
};

export type Tool = {
  name: string;
  version: string;
  /** Where it is, on the PATH or in the cache; never installs. */
  find(env?: Environment): string | undefined;
  /** Where it is, installed if it has to be. @throws ToolMissing */
  provide(): string;
};

/** It is not here and could not be had; the message is a sentence. */
export class ToolMissing extends Error {
  override name = 'ToolMissing';
}

export function tool({ name, version, find: fits, install }: Recipe, cache = CACHE): Tool {
  const home = join(cache, `${name}-${version}`);
  const cached = join(home, name);
  const find: Tool['find'] = (env = process.env) => {
    if (runnable(cached)) return cached;
    const found = onPath([name], env);
    return found !== undefined && fits(found) ? found : undefined;
  };
  function provide(): string {
    const there = find();
    if (there) return there;
    console.error(`tools  ${name} ${version} is neither on the PATH nor in the cache: installing it, once`);
    mkdirSync(cache, { recursive: true });
    // Whoever is interrupted, or second, leaves nothing half done behind.
    const draft = mkdtempSync(`${home}-`);
    try {
      install(draft);
      if (!runnable(join(draft, name))) throw new ToolMissing(`${name} ${version} was installed without its program.`);
      if (!runnable(cached)) {
        rmSync(home, { recursive: true, force: true });
        renameSync(draft, home);
      }
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    return cached;
  }
  return { name, version, find, provide };
}

/** `go install` of one program; `takes` is what a person is told who waits. */
export function fromGo(name: string, module: string, version: string, takes: string): Recipe['install'] {
  return (directory) => {
    const hint = `Install ${name} ${version} by hand and put it on the PATH, or install Go and try again.`;
    if (!onPath(['go'], process.env)) throw new ToolMissing(`${name} is missing, and so is Go to build it. ${hint}`);
    console.error(`tools  go install ${module}@v${version}: takes ${takes}`);
    const { status } = spawnSync('go', ['install', `${module}@v${version}`], {
      env: { ...process.env, GOBIN: directory, GOFLAGS: '-trimpath' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new ToolMissing(`Go could not build ${name} ${version}. ${hint}`);
  };
}

/** What a program says of its version contains `text`. */
export function says(text: string, ...args: string[]): Recipe['find'] {
  return (path) => {
    const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8' });
    return `${stdout}${stderr}`.includes(text);
  };
}

export const k6 = tool({
  name: 'k6',
  version: '1.8.1',
  find: says('k6 v1.8.', 'version'),
  install: fromGo('k6', 'go.k6.io/k6', '1.8.1', 'two to four minutes'),
});

const TOOLS: readonly Tool[] = [k6];

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !TOOLS.some((one) => one.name === name));
  try {
    if (unknown.length > 0) throw new ToolMissing(`There is no ${unknown.join(', ')} here.`);
    for (const one of TOOLS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
      console.log(`tools  ${one.name} ${one.version}: ${one.provide()}`);
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
