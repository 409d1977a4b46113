/**
 * Builds what the Dockerfile describes in empty directories, one for each stage: the same files, by its own COPY
 * lines, and the same commands, by its own RUN lines. There is no base image: node is the one that npm pins.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseDockerfile, type Stage, type Step } from './dockerfile.ts';
import { contextOf } from './ignore.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');

export type Image = { stage: Stage; directory: string };

export const dockerfile = (): Stage[] => parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));

/** The last stage, assembled below `into`, which must be empty. @throws Error when a file is not there, or a command fails. */
export function assemble(into: string): Image {
  const context = contextOf(ROOT);
  const stages = new Map<string, Image>();
  let last: Image | undefined;
  for (const [i, stage] of dockerfile().entries()) {
    const directory = join(into, stage.name ?? `stage-${i}`);
    mkdirSync(join(directory, stage.workdir), { recursive: true });
    last = { stage, directory };
    for (const step of stage.steps) take(step, last, context, stages);
    if (stage.name !== undefined) stages.set(stage.name, last);
  }
  if (!last) throw new Error('The Dockerfile has no stage.');
  return last;
}

function take(step: Step, { stage, directory }: Image, context: readonly string[], stages: Map<string, Image>): void {
  const workdir = join(directory, stage.workdir);
  if (step.does === 'run') {
    run(step.command, workdir);
    return;
  }
  const { from, sources, to } = step;
  for (const source of sources) {
    const target = to.endsWith('/') ? join(workdir, to, basename(source)) : join(workdir, to);
    if (from === undefined) fromContext(source, target, context);
    else fromStage(source, target, stages.get(from), from);
  }
}

function fromContext(source: string, target: string, context: readonly string[]): void {
  const files = context.filter((file) => file === source || file.startsWith(`${source}/`));
  if (files.length === 0) throw new Error(`COPY ${source}: the build does not see it; look at .dockerignore.`);
  for (const file of files) {
    const place = join(target, file.slice(source.length));
    mkdirSync(dirname(place), { recursive: true });
    cpSync(join(ROOT, file), place);
  }
}

function fromStage(source: string, target: string, stage: Image | undefined, name: string): void {
  const path = join(stage?.directory ?? '', source);
  if (!stage || !existsSync(path)) throw new Error(`COPY --from=${name} ${source}: it is not there.`);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(path, target, { recursive: statSync(path).isDirectory(), verbatimSymlinks: true });
}

/** A Node as the base image has it: others than the owner of this repository have to reach it. */
export function baseImage(into: string): { path: string } {
  const path = join(into, 'base');
  mkdirSync(path, { recursive: true });
  cpSync(realpathSync(join(BIN, 'node')), join(path, 'node'));
  return { path };
}

/** Every package, as locked, is here already: what a full `npm ci` would download is linked. */
const EVERYTHING = /^npm ci(?!.*--omit)/;
const CHOWN = /&& chown \d+:\d+ \S+$/;

function run(command: string, cwd: string): void {
  if (EVERYTHING.test(command)) {
    symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
    return;
  }
  // Who is not root may give nothing away; then the image runs as who assembled it.
  const done = process.getuid?.() === 0 ? command : command.replace(CHOWN, '');
  execFileSync('sh', ['-c', done], { cwd, stdio: ['ignore', 'ignore', 'inherit'], env: environment() });
}

function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, npm_config_cache, npm_config_registry } = process.env;
  return { PATH: `${BIN}:${PATH}`, HOME, npm_config_cache, npm_config_registry, npm_config_prefer_offline: 'true' };
}
