/** The product with one game more: two folders and a line in each of two lists, and nothing else is another. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');
const PRODUCT = ['schema', 'rooms', 'db', 'server', 'scripts', 'client', 'vite.config.ts', 'package.json'];

export type Tree = { root: string; remove(): Promise<void> };

export async function withSecondGame(): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'parlor-second-game-'));
  await Promise.all(PRODUCT.map((part) => cp(join(ROOT, part), join(root, part), { recursive: true })));
  for (const shared of ['node_modules', 'package-lock.json']) await symlink(join(ROOT, shared), join(root, shared));
  for (const side of ['rooms', 'client'])
    await cp(join(import.meta.dirname, side), join(root, side, 'games/higher'), { recursive: true });
  await list(root, 'rooms/registry.ts', 'rooms/games/higher/game.ts', 'connectFour]', 'connectFour, higher]');
  const face = "  'connect-four': connectFour,";
  await list(root, 'client/games/faces.ts', 'client/games/higher/face.ts', face, `${face}\n  higher,`);
  await promisify(execFile)(process.execPath, ['scripts/build-client.ts'], { cwd: root });
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

/** @throws when the list is not as expected. */
async function list(root: string, file: string, from: string, entry: string, entries: string): Promise<void> {
  const before = await readFile(join(root, file), 'utf8');
  if (!before.includes(entry)) throw new Error(`${file} has no "${entry}"`);
  const line = `import { higher } from '#${from}';\n`;
  await writeFile(join(root, file), line + before.replace(entry, entries));
}
