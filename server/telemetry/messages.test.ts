import { glob, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Node } from 'acorn';
import { parse } from 'acorn';
import { transformSync } from 'amaro';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const LOG_CALL = /\blog\??\.(debug|info|warn|error)$/;

type Tree = Node & Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof (value as Tree | null)?.type === 'string';

function* within(node: Tree): Generator<Tree> {
  yield node;
  for (const value of Object.values(node).flat()) if (isTree(value)) yield* within(value);
}

const isConstant = (node: Tree): boolean =>
  node.type === 'ConditionalExpression'
    ? isConstant(node.consequent as Tree) && isConstant(node.alternate as Tree)
    : node.type === 'Literal' && typeof node.value === 'string';

/** The messages that log calls (`log.warn(fields, message)`) compute. */
function computedMessages(source: string): string[] {
  const { code } = transformSync(source, { mode: 'strip-only' });
  const text = ({ start, end }: Tree) => code.slice(start, end);
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Tree;
  return [...within(program)].flatMap((node) => {
    if (node.type !== 'CallExpression' || !LOG_CALL.test(text(node.callee as Tree))) return [];
    const message = (node.arguments as Tree[]).at(-1);
    return message && !isConstant(message) ? [text(message)] : [];
  });
}

it('[O14] every log message is a constant string', async () => {
  const found: string[] = [];
  for await (const file of glob('{schema,rooms,db,server}/**/*.ts', { cwd: ROOT })) {
    if (file.endsWith('.test.ts')) continue;
    found.push(...computedMessages(await readFile(join(ROOT, file), 'utf8')).map((text) => `${file}: ${text}`));
  }
  expect(found).toEqual([]);
});

it('[O14] a computed log message is detected', () => {
  const calls = ["log.info({ room }, 'room settled')", 'this.#o.log?.warn({}, room + text)', 'log.error(text)'];
  const source = `class A { #o: { log: Log }; say(text: string) { ${calls.join(';')} } }`;
  expect(computedMessages(source)).toEqual(['room + text', 'text']);
});
