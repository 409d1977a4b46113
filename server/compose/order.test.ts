/**
 * What a start names before it is made: a call that is handed a closure over it may use it too early, and nobody can
 * follow where it comes from.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Node } from 'acorn';
import { parse } from 'acorn';
import { transformSync } from 'amaro';
import { expect, it } from 'vitest';

const SERVER = fileURLToPath(new URL('..', import.meta.url));
const PIECES = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
const FILES = [...PIECES.map((name) => `compose/${name}`), 'parlor.ts', 'cluster/cluster.ts', 'cluster/follow.ts'];

type Tree = Node & Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof (value as Tree | null)?.type === 'string';

function* within(node: Tree): Generator<Tree> {
  yield node;
  for (const value of Object.values(node).flat()) if (isTree(value)) yield* within(value);
}

function treeOf(source: string): Tree {
  const { code } = transformSync(source, { mode: 'strip-only' });
  return parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Tree;
}

/** Variables of a block that a statement of it names before the one that declares them. */
function namedEarly(source: string): string[] {
  const blocks = [...within(treeOf(source))].filter(({ type }) => type === 'BlockStatement');
  return [...new Set(blocks.flatMap(({ body }) => namedEarlyIn(body as Tree[])))].sort();
}

function namedEarlyIn(statements: readonly Tree[]): string[] {
  const declared = new Map<string, number>();
  statements.forEach((statement, at) => {
    if (statement.type !== 'VariableDeclaration') return;
    for (const { id } of statement.declarations as { id: Tree }[])
      for (const name of references(id)) declared.set(name, at);
  });
  return statements.flatMap((statement, at) =>
    [...references(statement)].filter((named) => (declared.get(named) ?? -1) > at),
  );
}

/** Names that stand for values: not those of properties and keys. */
function* references(node: Tree): Generator<string> {
  if (node.type === 'Identifier') yield String(node.name);
  for (const [part, value] of Object.entries(node)) {
    if ((part === 'property' || part === 'key') && node.computed !== true) continue;
    for (const one of [value].flat()) if (isTree(one)) yield* references(one);
  }
}

/** Variables that may be given another value later. */
function assignable(source: string): string[] {
  return [...within(treeOf(source))]
    .filter(({ type, kind }) => type === 'VariableDeclaration' && kind !== 'const' && kind !== 'await using')
    .flatMap(({ declarations }) => (declarations as { id: Tree }[]).map(({ id }) => String(id.name)));
}

it.each(FILES)('[X20] [X29] a start refers to no part before it is made and assigns none later: %s', (file) => {
  const source = readFileSync(SERVER + file, 'utf8');
  expect({ early: namedEarly(source), later: assignable(source) }).toEqual({ early: [], later: [] });
});

it('[X29] an edge refers to no part before it is made', () => {
  expect(namedEarly(readFileSync(`${SERVER}edge/edge.ts`, 'utf8'))).toEqual([]);
});

it('[X20] [X29] an early reference in a closure and a late assignment are detected', () => {
  const source =
    'async function start() { const a = open(() => late.x); const { late } = make(a.other); const other = 1; let b; }';
  expect([namedEarly(source), assignable(source)]).toEqual([['late'], ['b']]);
});

it('[X29] each part is small', () => {
  const lines = PIECES.map((name) => [name, readFileSync(`${SERVER}compose/${name}`, 'utf8').split('\n').length]);
  expect(lines.filter(([, count]) => Number(count) > 100)).toEqual([]);
});
