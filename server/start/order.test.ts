/** What a start names before it is made: a call that is handed a closure over it may use it too early. */
import { readFileSync } from 'node:fs';
import type { Node } from 'acorn';
import { parse } from 'acorn';
import { transformSync } from 'amaro';
import { expect, it } from 'vitest';

const FILE = new URL('../parlor.ts', import.meta.url);

/** Each is asked for when somebody is there to be served, never while Parlor starts. */
const LATE = ['calls', 'directory'];

type Tree = Node & Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof (value as Tree | null)?.type === 'string';

function* within(node: Tree): Generator<Tree> {
  yield node;
  for (const value of Object.values(node).flat()) if (isTree(value)) yield* within(value);
}

/** Variables of a function that a statement of it names before the one that declares them. */
function namedEarly(source: string, name: string): string[] {
  const { code } = transformSync(source, { mode: 'strip-only' });
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Tree;
  const found = [...within(program)].find(
    ({ type, id }) => type === 'FunctionDeclaration' && (id as Tree | null)?.name === name,
  );
  if (!found) throw new Error(`there is no function ${name}`);
  const statements = (found.body as Tree).body as Tree[];
  const declared = new Map<string, number>();
  statements.forEach((statement, at) => {
    if (statement.type !== 'VariableDeclaration') return;
    for (const { id } of statement.declarations as { id: Tree }[])
      for (const node of within(id)) if (node.type === 'Identifier') declared.set(String(node.name), at);
  });
  const early = statements.flatMap((statement, at) =>
    [...references(statement)].filter((named) => (declared.get(named) ?? -1) > at),
  );
  return [...new Set(early)].sort();
}

/** Names that stand for values: not those of properties and keys. */
function* references(node: Tree): Generator<string> {
  if (node.type === 'Identifier') yield String(node.name);
  for (const [part, value] of Object.entries(node)) {
    if ((part === 'property' || part === 'key') && node.computed !== true) continue;
    for (const one of [value].flat()) if (isTree(one)) yield* references(one);
  }
}

it('[X20] a start names nothing before it is made, but for what is asked for once it is open', () => {
  expect(namedEarly(readFileSync(FILE, 'utf8'), 'startParlor')).toEqual(LATE);
});

it('[X20] one that is named in a closure, before it is made, is found', () => {
  const source =
    'async function start() { const a = open(() => late.x); const { late } = make(a.other); const other = 1; }';
  expect(namedEarly(source, 'start')).toEqual(['late']);
});
