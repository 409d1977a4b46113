/**
 * Another release of the program: the same files but for what is planted in them, in a directory of its own. Start it
 * by its `root` (`ParlorProcess`, `runShadow`, `node <root>/server/main.ts`).
 */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const PARTS = [
  'schema',
  'rooms',
  'db',
  'server',
  'scripts',
  'client',
  'tests/integration',
  'tests/kill',
  'tests/setup',
];
const GAME = 'rooms/games/connect-four/game.ts';

/** In `file`, `from` becomes `to`. */
export type Change = { file: string; from: string; to: string };

const inGame = (from: string, to: string): Change => ({ file: GAME, from, to });

/** What an upgrade may bring. Only `rule` decides otherwise: a disc in the last column is refused. */
export const PLANTS = {
  sentence: {
    file: 'rooms/games/connect-four/refusals.ts',
    from: "'That column is full.'",
    to: "'No disc fits there.'",
  },
  comment: inGame('/** One character per cell', '/** As ever: one character per cell'),
  baseField: {
    file: 'schema/states.ts',
    from: "rematch: t.string().default(''),",
    to: "rematch: t.string().default(''),\n    planted: t.uint8().default(3),\n    plants: t.array('int8'),",
  },
  seatField: {
    file: 'schema/states.ts',
    from: 'absentUntil: t.float64().default(0),',
    to: "absentUntil: t.float64().default(0),\n    badge: t.string().default('none'),",
  },
  gameField: {
    file: 'rooms/games/connect-four/state.ts',
    from: "line: t.array('int8'),",
    to: "line: t.array('int8'),\n    grown: t.int8().default(-3),",
  },
  agreeing: inGame("'column-full' : undefined", "'column-full' : column > 99 ? 'forbidden' : undefined"),
  rule: inGame("'column-full' : undefined", "'column-full' : column === 6 ? 'forbidden' : undefined"),
} as const satisfies Record<string, Change>;
export type Plant = keyof typeof PLANTS;

export type Release = { root: string; remove(): Promise<void> };

/** @throws when what is to be changed is not there. */
export async function releaseWith(...plants: readonly Plant[]): Promise<Release> {
  const root = await mkdtemp(join(tmpdir(), 'parlor-release-'));
  await Promise.all(
    [...PARTS, 'package.json'].map((part) => cp(join(ROOT, part), join(root, part), { recursive: true })),
  );
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const plant of plants) await change(root, PLANTS[plant]);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

async function change(root: string, { file, from, to }: Change): Promise<void> {
  const before = await readFile(join(root, file), 'utf8');
  if (!before.includes(from)) throw new Error(`${file} has no "${from}" that could be changed`);
  await writeFile(join(root, file), before.replace(from, to));
}

/** In it nobody may drop a disc into the last column: logs in which somebody did are told otherwise. */
export const nextRelease = (): Promise<Release> => releaseWith('rule');

/** The rules that lie here. */
export const THIS_RELEASE = ROOT;
