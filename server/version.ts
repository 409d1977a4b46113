/**
 * A machine's version: a hash over its file, all that this imports of ours, the kernel that runs it, and the
 * versions of the libraries it computes with. Another version may decide otherwise.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KERNEL = ['rooms/kernel/replica.ts'];
const IMPORT = /(?:from|import)\s+'([#.][^']+)'/g;
const LIBRARY = /from '((?!node:)[@a-z][^']*)'/g;

/** The version of each machine, and one text that stands for all of them. */
export function versionsOf(machines: readonly { name: string }[], sources: Readonly<Record<string, string>>) {
  const versions = new Map(machines.map(({ name }) => [name, versionOf(sources[name] ?? '')]));
  const code = createHash('sha256')
    .update(JSON.stringify([...versions].sort()))
    .digest('hex')
    .slice(0, 16);
  return { code, version: ({ name }: { name: string }) => versions.get(name) ?? '' };
}

/** `source` is the machine's file, relative to the repository's root. */
export function versionOf(source: string): string {
  const files = new Set<string>();
  const libraries = new Set<string>();
  for (const file of [source, ...KERNEL]) visit(file, files, libraries);
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  const require = createRequire(join(ROOT, 'package.json'));
  const { dependencies } = require('./package.json') as { dependencies: Record<string, string> };
  for (const library of [...libraries].sort()) hash.update(`${library}@${dependencies[library]}\n`);
  return hash.digest('hex').slice(0, 16);
}

function visit(file: string, files: Set<string>, libraries: Set<string>): void {
  if (files.has(file)) return;
  files.add(file);
  const text = readFileSync(join(ROOT, file), 'utf8');
  for (const [, specifier = ''] of text.matchAll(IMPORT)) {
    visit(specifier.startsWith('#') ? specifier.slice(1) : join(dirname(file), specifier), files, libraries);
  }
  for (const [, library = ''] of text.matchAll(LIBRARY)) libraries.add(library);
}
