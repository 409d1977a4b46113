/**
 * A machine's version: a hash over all of its code that runs (its file, what that imports, the kernel), and the
 * libraries that this computes with, as installed. Another version may decide otherwise; types, comments and layout
 * decide nothing.
 */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closureOf } from '#server/running-code.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KERNEL = fileURLToPath(new URL('../rooms/kernel/replica.ts', import.meta.url));

type Sourced = { name: string; source: string };

/** The version of each machine, and one text that stands for all of them. */
export function versionsOf(machines: readonly Sourced[]) {
  const versions = new Map(machines.map((machine) => [machine.name, versionOf(machine)]));
  const code = digest(JSON.stringify([...versions].sort()));
  return { code, version: ({ name }: { name: string }) => versions.get(name) ?? '' };
}

export function versionOf({ source }: Pick<Sourced, 'source'>): string {
  const { files, libraries } = closureOf([fileURLToPath(source), KERNEL]);
  const code = [...files].map(([file, tree]) => [relative(ROOT, file), tree]);
  return digest(JSON.stringify([code.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)), [...libraries].sort()]));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
