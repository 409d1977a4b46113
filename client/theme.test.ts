import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const CLIENT = import.meta.dirname;

/** The styles that an element writes: what stands between css` and its closing backtick. */
const stylesIn = (source: string) => [...source.matchAll(/\bcss`([^`]*)`/g)].map(([, css]) => css).join('\n');

const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|light-dark)\(/gi;
const SIZE = /\b\d*\.?\d+(?:px|rem|pt)\b/g;

it('[V2] colours and sizes are defined in theme.css and nowhere else', async () => {
  const strays: string[] = [];
  let elements = 0;
  for await (const file of glob('**/*.ts', { cwd: CLIENT })) {
    const styles = stylesIn(await readFile(join(CLIENT, file), 'utf8'));
    if (styles) elements++;
    for (const stray of [...styles.matchAll(COLOUR), ...styles.matchAll(SIZE)]) strays.push(`${file}: ${stray[0]}`);
  }
  expect(elements).toBeGreaterThan(20);
  expect(strays).toEqual([]);
});

it('[V2] every token that is used is defined', async () => {
  const theme = await readFile(join(CLIENT, 'theme.css'), 'utf8');
  const defined = new Set([...theme.matchAll(/^\s*(--[\w-]+):/gm)].map(([, token]) => token));
  const unknown: string[] = [];
  for await (const file of glob('**/*.{ts,css}', { cwd: CLIENT })) {
    const source = await readFile(join(CLIENT, file), 'utf8');
    const local = new Set([...source.matchAll(/(--[\w-]+):/g)].map(([, token]) => token));
    for (const [, token] of source.matchAll(/var\((--[\w-]+)\)/g)) {
      if (!defined.has(token) && !local.has(token)) unknown.push(`${file}: ${token}`);
    }
  }
  expect(unknown).toEqual([]);
});
