/**
 * Builds the browser client into dist/client, when what it is built from has changed since the last time;
 * else it takes milliseconds. `node scripts/build-client.ts` builds by hand.
 */
import { createHash } from 'node:crypto';
import { glob, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
export const CLIENT_DIRECTORY = join(ROOT, 'dist/client');
/** Says what the build beside it was made of. */
const STAMP = '.inputs';
const INPUTS = [
  'client/**/*.{ts,js,css,html,svg}',
  'schema/**/*.ts',
  'rooms/{games,kernel}/**/*.ts',
  'vite.config.ts',
  'package-lock.json',
];

/** Why the client cannot be built at this path; undefined where it can. Vite takes such characters for parts of a URL. */
export function unfit(path: string): string | undefined {
  const found = /[#?]/.exec(path)?.[0];
  return found && `The client cannot be built in ${path}: rename or move the directory, its path contains ${found}.`;
}

/** Resolves with the built directory, and whether anything had to be built. Rejects with what the build says. */
export async function buildClient(): Promise<{ directory: string; built: boolean }> {
  const inputs = await hashInputs();
  const last = await readFile(join(CLIENT_DIRECTORY, STAMP), 'utf8').catch(() => '');
  if (last === inputs) return { directory: CLIENT_DIRECTORY, built: false };
  const problem = unfit(ROOT);
  if (problem) throw new Error(problem);
  const { build } = await import('vite').catch(() => {
    throw new Error(
      'The client is not built, and what builds it is not installed: run npm ci, not only for production.',
    );
  });
  const fresh = `${CLIENT_DIRECTORY}-${process.pid}`;
  const configFile = join(ROOT, 'vite.config.ts');
  await build({ configFile, root: join(ROOT, 'client'), logLevel: 'warn', build: { outDir: fresh } });
  await writeFile(join(fresh, STAMP), inputs);
  await putInPlace(fresh);
  return { directory: CLIENT_DIRECTORY, built: true };
}

async function hashInputs(): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = [];
  for await (const file of glob(INPUTS, { cwd: ROOT })) if (!file.endsWith('.test.ts')) files.push(file);
  for (const file of files.sort()) hash.update(file).update(await readFile(join(ROOT, file)));
  return hash.digest('hex');
}

/** Whole or not at all. When another process put the same in place meanwhile, its copy is as good. */
async function putInPlace(fresh: string): Promise<void> {
  await rm(CLIENT_DIRECTORY, { recursive: true, force: true });
  await rename(fresh, CLIENT_DIRECTORY).catch(async (error: NodeJS.ErrnoException) => {
    await rm(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

if (import.meta.main) {
  const started = performance.now();
  await buildClient().then(
    ({ directory, built }) =>
      console.log(`${built ? 'built' : 'up to date'}: ${directory}, ${Math.round(performance.now() - started)} ms`),
    (error: Error) => {
      console.error(unfit(ROOT) ?? error);
      process.exitCode = 1;
    },
  );
}
