import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const WORK = 'declare function work(): Promise<number>;\ndeclare function each(done: () => void): void;\n';
const FOLDERS = ['client', 'server'];
const METHOD = 'class Host {\n  async open(): Promise<void> {}\n  all(): void { this.open(); }\n}\nnew Host().all();\n';

const PLANTED: Record<string, string> = {
  bare: 'work();',
  'by-void': 'void work();',
  'by-void-in-an-arrow': 'each(() => void work());',
  'as-a-callback': 'each(() => work());',
  'async-callback': 'each(async () => { await work(); });',
  'then-alone': 'work().then(() => {});',
  finally: 'work().finally(() => {});',
  method: METHOD,
  'in-a-condition': 'export const is = 1 > 0 && void work();',
};
const ALLOWED: Record<string, string> = {
  awaited: 'await work();',
  caught: 'work().catch(() => {});',
  'both-handlers': 'work().then(() => {}, () => {});',
  returned: 'export const again = () => work();',
  'void-of-nothing': 'declare const listeners: Set<number>;\nvoid listeners.delete(1);',
};

it('[F20] an unhandled promise is reported in every form, and a handled one is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parlor-promises-'));
  try {
    await cp(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    await writeFile(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "types": [] } }');
    for (const part of FOLDERS) {
      await mkdir(join(folder, part));
      for (const [name, code] of Object.entries({ ...PLANTED, ...ALLOWED }))
        await writeFile(join(folder, part, `${name}.ts`), `${WORK}${code}\nexport {};\n`);
    }
    const oxlint = join(ROOT, 'node_modules/.bin/oxlint');
    const { stdout } = await promisify(execFile)(oxlint, ['--type-aware', '-f', 'unix', ...FOLDERS], {
      cwd: folder,
    }).catch((error: { stdout: string }) => error);
    const reported = new Set([...stdout.matchAll(/^(\w+\/[\w-]+)\.ts:/gm)].map(([, name]) => name));
    const planted = FOLDERS.flatMap((part) => Object.keys(PLANTED).map((name) => `${part}/${name}`));
    expect([...reported].sort()).toEqual(planted.sort());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
