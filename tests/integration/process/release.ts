/** Another release of the program: the same files but for one, in a directory of its own. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const PARTS = ['schema', 'rooms', 'db', 'server', 'scripts', 'client', 'tests/integration', 'tests/kill'];
const GAME = 'rooms/games/connect-four/game.ts';

export type Release = { root: string; remove(): Promise<void> };

/** In it nobody may drop a disc into the last column: logs in which somebody did are told otherwise. */
export async function nextRelease(): Promise<Release> {
  const root = await mkdtemp(join(tmpdir(), 'parlor-release-'));
  await Promise.all(
    [...PARTS, 'package.json'].map((part) => cp(join(ROOT, part), join(root, part), { recursive: true })),
  );
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const before = await readFile(join(root, GAME), 'utf8');
  const after = before.replace("'column-full' : undefined", "'column-full' : column === 6 ? 'forbidden' : undefined");
  if (after === before) throw new Error('the rule that was to be changed is not there');
  await writeFile(join(root, GAME), after);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

/** The rules that lie here. */
export const THIS_RELEASE = ROOT;
