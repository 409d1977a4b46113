import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PASSES = "import { it } from 'vitest';\nit('passes', () => {});\n";
/** A test that starts a process, waits for its end, and looks at nothing else. */
const starts = (program: string) => `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'vitest';
import { watchForCrash } from '${ROOT}/tests/setup/crashes.ts';
it('passes', async () => {
  const child = spawn(process.execPath, ['-e', ${JSON.stringify(program)}], { stdio: ['ignore', 'pipe', 'pipe'] });
  watchForCrash(child);
  await once(child, 'close');
});
`;
const FILES = {
  rejects: `${PASSES}Promise.reject(new Error('planted in a test'));\n`,
  throws: `${PASSES}setTimeout(() => { throw new Error('planted in a timer'); });\nawait new Promise((done) => setTimeout(done, 20));\n`,
  crashes: starts("Promise.reject(new Error('planted in a process'))"),
  'ends-with-one': starts("console.error('a sentence'); process.exit(1)"),
  'is-killed': starts("process.kill(process.pid, 'SIGKILL')"),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlor-crashes-'));
  for (const [name, code] of Object.entries(FILES)) await writeFile(join(folder, `${name}.test.ts`), code);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...names: (keyof typeof FILES)[]): Promise<{ code: number; output: string }> {
  const files = names.map((name) => `${name}.test.ts`);
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--root', folder, ...files], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

it('[F21] an unhandled error fails the run, in a test and in a process that a test started', async () => {
  const failed = await run('rejects', 'throws', 'crashes');
  for (const planted of ['in a test', 'in a timer', 'in a process'])
    expect(failed.output).toContain(`planted ${planted}`);
  expect(failed.code).toBe(1);
  expect(await run('ends-with-one', 'is-killed')).toMatchObject({ code: 0 });
});
