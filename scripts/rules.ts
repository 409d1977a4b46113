/** Reads the numbered rules of docs/spec.md and docs/spec/, and where tests cite them. */
import { glob, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const TESTS = [
  '{schema,rooms,db,server,client,scripts,loadtest,tests}/**/*.test.ts',
  '{rooms,db,server}/**/{contract,*-contract}.ts',
  'rooms/testing/**/*.ts',
  'tests/e2e/sign-in.ts',
];

/** Rules that no test proves yet; empty in a release. */
export const NOT_YET_COVERED: readonly string[] = [];

/** The ids of `- **F1** sentence.` lines, in order. */
export const rulesOf = (spec: string): string[] =>
  [...spec.matchAll(/^- \*\*([A-Z]\d+)\*\* \S/gm)].map(([, id]) => id as string);

/** The ids cited at the start of a test's title: `'[K1] …'`, `'[K1][K6] …'` or `'[K1, K6] …'`. */
export const citationsOf = (source: string): string[] =>
  [...source.matchAll(/['"`]((?:\[[A-Z]\d+(?:, ?[A-Z]\d+)*\] ?)+)/g)].flatMap(
    ([, ids]) => ids?.match(/[A-Z]\d+/g) ?? [],
  );

/** The text of each file of rules, by its path inside docs/. */
export async function readSpec(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const file of glob('{spec.md,spec/*.md}', { cwd: join(ROOT, 'docs') })) {
    files.set(file, await readFile(join(ROOT, 'docs', file), 'utf8'));
  }
  return files;
}

export const readRules = async (): Promise<string[]> => rulesOf([...(await readSpec()).values()].join('\n'));

/** Every cited id, with the files that cite it. */
export async function readCitations(): Promise<Map<string, string[]>> {
  const citations = new Map<string, string[]>();
  for await (const file of glob(TESTS, { cwd: ROOT })) {
    for (const id of new Set(citationsOf(await readFile(join(ROOT, file), 'utf8')))) {
      citations.set(id, [...(citations.get(id) ?? []), file]);
    }
  }
  return citations;
}
