/**
 * `npm run k3d -- up [--istio] [--dry-run]`: a cluster of k3s in containers, the image, the chart, and the page.
 * `npm run k3d -- down` removes it. Running `up` again builds and installs what changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { contextOf } from './image/ignore.ts';
import { type Command, cluster, down, ORIGIN, SEED, typed, up } from './k3d/plan.ts';
import { missing } from './k3d/preflight.ts';
import { onPath } from './on-path.ts';

const ROOT = resolve(import.meta.dirname, '..');
const USAGE = 'Which? npm run k3d -- up [--istio] [--dry-run], or: npm run k3d -- down [--dry-run]';

function end(...sentences: string[]): never {
  for (const sentence of sentences) console.error(sentence);
  process.exit(1);
}

function orders() {
  try {
    const options = { istio: { type: 'boolean' }, 'dry-run': { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [word = '', ...more] = positionals;
    if (more.length > 0 || !['up', 'down'].includes(word)) end(USAGE);
    return { word, istio: values.istio ?? false, dry: values['dry-run'] ?? false };
  } catch (error) {
    end((error as Error).message, USAGE);
  }
}

/** Another tag for other contents, so that no node runs an older image under the same name. */
function versionOf(): string {
  const hash = createHash('sha256');
  for (const file of ['Dockerfile', ...contextOf(ROOT)])
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return `dev-${hash.digest('hex').slice(0, 12)}`;
}

function revisionOf(): string {
  return spawnSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() || 'unknown';
}

/** Secrets follow from it: without the same one, an upgrade could not open what the cluster keeps. */
function keepSeed(): void {
  const file = join(ROOT, SEED);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function run(command: Command): void {
  console.log(`\nk3d    ${command.what}\n$ ${typed(command)}`);
  const [program, ...args] = command.argv;
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) end(`\n${program} ended with ${status}. What is there already stays: mend it, and run this again.`);
}

const { word, istio, dry } = orders();
const commands = word === 'up' ? up({ istio, version: versionOf(), revision: revisionOf() }) : down();
if (dry) {
  for (const command of commands) console.log(typed(command));
  process.exit(0);
}
const problems = missing(process.env);
if (problems.length > 0) end(...problems);
const { name } = cluster().metadata;
const there = spawnSync('k3d', ['cluster', 'get', name], { stdio: 'ignore' }).status === 0;
if (word === 'up') keepSeed();
for (const command of commands) {
  if (word === 'up' && there && command.argv.slice(0, 3).join(' ') === 'k3d cluster create') continue;
  run(command);
}
if (word === 'up') {
  console.log(`\n  Parlor is open at ${ORIGIN}\n\n  The end of it: npm run k3d -- down\n`);
  const opener = onPath(['xdg-open', 'open'], process.env);
  if (opener && process.stdout.isTTY) spawnSync(opener, [ORIGIN], { stdio: 'ignore' });
}
