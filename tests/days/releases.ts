/** Releases to upgrade to: this code, with something in it that was changed. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { THIS_RELEASE } from '#tests/integration/process/release.ts';

const PARTS = ['schema', 'rooms', 'db', 'server', 'scripts', 'client', 'package.json'];

type Edit = { file: string; before: string; after: string };

/** What a release may change. */
export const CHANGES = ['comment', 'sentence', 'field of a game', 'field of all matches', 'rule'] as const;
export type Change = (typeof CHANGES)[number];

export class Releases {
  readonly #roots: string[] = [];
  /** Fields stay once they are there, as in any line of releases. */
  readonly #fields: Edit[] = [];
  #rule = false;

  /** A rule that was changed, or changed back: logs written under the other one may be told otherwise. */
  async next(change: Change, n: number): Promise<string> {
    if (change === 'rule') this.#rule = !this.#rule;
    if (change === 'field of a game') this.#fields.push(fieldOfGame(n));
    if (change === 'field of all matches') this.#fields.push(fieldOfAll(n));
    const root = await mkdtemp(join(tmpdir(), 'parlor-release-'));
    this.#roots.push(root);
    await Promise.all(PARTS.map((part) => cp(join(THIS_RELEASE, part), join(root, part), { recursive: true })));
    await symlink(join(THIS_RELEASE, 'node_modules'), join(root, 'node_modules'));
    const edits = [...this.#fields, COMMENT(n), ...(change === 'sentence' ? [SENTENCE(n)] : [])];
    for (const edit of this.#rule ? [...edits, RULE] : edits) await plant(root, edit);
    return root;
  }

  async remove(): Promise<void> {
    for (const root of this.#roots) await rm(root, { recursive: true, force: true });
  }
}

async function plant(root: string, { file, before, after }: Edit): Promise<void> {
  const path = join(root, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(before)) throw new Error(`what was to be changed is not in ${file}: ${before}`);
  await writeFile(path, text.replace(before, after));
}

const GAME = 'rooms/games/connect-four/game.ts';
const COMMENT = (n: number): Edit => ({ file: GAME, before: '\nimport', after: `\n// release ${n}\nimport` });
const SENTENCE = (n: number): Edit => ({
  file: 'rooms/games/connect-four/refusals.ts',
  before: "'That column is full.'",
  after: `'That column is full (${n}).'`,
});
const RULE: Edit = {
  file: GAME,
  before: "'column-full' : undefined",
  after: "'column-full' : column === 6 ? 'forbidden' : undefined",
};
const fieldOfGame = (n: number): Edit => ({
  file: 'rooms/games/connect-four/state.ts',
  before: "line: t.array('int8'),",
  after: `line: t.array('int8'), planted${n}: t.uint32().default(0),`,
});
const fieldOfAll = (n: number): Edit => ({
  file: 'schema/states.ts',
  before: "rematch: t.string().default(''),",
  after: `rematch: t.string().default(''), planted${n}: t.uint32().default(0),`,
});
