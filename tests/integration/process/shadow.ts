/** `npm run shadow`, of whichever release. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

export type Told = { code: number; out: string; err: string };

export function runShadow(root: string, env: Readonly<Record<string, string>>): Promise<Told> {
  const { PATH = '' } = process.env;
  const options = { cwd: root, env: { PATH, NODE_ENV: 'test', ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'scripts/shadow.ts')], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, out, err });
    });
  });
}
