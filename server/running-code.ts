/**
 * What of a source file runs: its syntax tree without types, comments, layout and positions. And the tree of what
 * that imports, with the installed versions of libraries.
 */
import { readFileSync } from 'node:fs';
import { findPackageJSON, isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'acorn';
import { transformSync } from 'amaro';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const POSITIONS = new Set(['start', 'end', 'raw', 'directive']);

export type Code = { tree: string; imports: readonly string[] };

/** Of a TypeScript file's text. */
export function runningCode(text: string): Code {
  const { code } = transformSync(text, { mode: 'strip-only' });
  const imports: string[] = [];
  const tree = JSON.stringify(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (key, value) => {
    if (POSITIONS.has(key)) return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (Array.isArray(value)) return value.filter((node) => node?.type !== 'EmptyStatement');
    if (value?.source?.type === 'Literal') imports.push(String(value.source.value));
    return value;
  });
  return { tree, imports };
}

export type Closure = {
  /** By absolute path: what runs of it. */
  files: ReadonlyMap<string, string>;
  /** `name@version` of every library, and of what those depend on. */
  libraries: ReadonlySet<string>;
};

/** Of these files and all that they import at run time. */
export function closureOf(sources: readonly string[]): Closure {
  const files = new Map<string, string>();
  const libraries = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    const { tree, imports } = runningCode(readFileSync(file, 'utf8'));
    files.set(file, tree);
    for (const specifier of imports) {
      if (specifier.startsWith('#')) visit(resolve(ROOT, specifier.slice(1)));
      else if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier));
      else if (!isBuiltin(specifier)) addLibrary(specifier, file, libraries, true);
    }
  };
  for (const source of sources) visit(source);
  return { files, libraries };
}

type Manifest = { name: string; version: string } & Partial<Record<(typeof DEPENDENCIES)[number], object>>;
const DEPENDENCIES = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** @throws when a library that is `needed` is not installed. */
function addLibrary(specifier: string, from: string, into: Set<string>, needed: boolean): void {
  const file = installed(specifier, from);
  if (file === undefined && needed) throw new Error(`${from} imports "${specifier}", which is not installed`);
  if (file === undefined) return;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const one = `${manifest.name}@${manifest.version}`;
  if (into.has(one)) return;
  into.add(one);
  for (const kind of DEPENDENCIES) {
    for (const name of Object.keys(manifest[kind] ?? {})) addLibrary(name, file, into, kind === 'dependencies');
  }
}

function installed(specifier: string, from: string): string | undefined {
  try {
    return findPackageJSON(specifier, pathToFileURL(from));
  } catch {
    return undefined;
  }
}
