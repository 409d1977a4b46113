/** A script of package.json, run as npm does, of whichever release. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @throws with what it said when it does not end with 0. */
export async function runScript(
  root: string,
  script: string,
  words: readonly string[],
  env: Record<string, string>,
  signal?: AbortSignal,
) {
  const { PATH = '' } = process.env;
  const options = { cwd: root, env: { PATH, NODE_ENV: 'test', ...env }, ...(signal && { signal }) };
  try {
    const { stdout } = await run(process.execPath, [join(root, `scripts/${script}.ts`), ...words], options);
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`npm run ${[script, ...words].join(' ')}: ${stdout}${stderr}`);
  }
}
