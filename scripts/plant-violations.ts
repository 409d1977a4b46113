/**
 * Proves that the lint rules bite: plants one violation of each kind into an empty copy of the tree,
 * runs Biome there once, and expects a report for every one of them and none for the controls.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CONTROLS, VIOLATIONS } from '#scripts/violations.ts';

const ROOT = resolve(import.meta.dirname, '..');

type Report = { diagnostics: { category: string; severity: string; location?: { path?: string } }[] };

/** Lints the copy; Biome exits with 1 when it has something to report, which is what we want here. */
function lint(folder: string): Promise<Report> {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const options = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  return new Promise((done, fail) => {
    execFile(biome, options, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error && !stdout.startsWith('{')) fail(new Error(`Biome did not run: ${stderr || error.message}`));
      else done(JSON.parse(stdout) as Report);
    });
  });
}

/** Complaints about the rules themselves; empty when each violation is reported and each control passes. */
export async function plantViolations(adjust = (config: string) => config): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parlor-arrows-'));
  try {
    for (const file of ['biome', 'package.json']) await cp(join(ROOT, file), join(folder, file), { recursive: true });
    await writeFile(join(folder, 'biome.json'), adjust(await readFile(join(ROOT, 'biome.json'), 'utf8')));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const { path, code } of [...VIOLATIONS, ...CONTROLS]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), code);
    }
    const { diagnostics } = await lint(folder);
    const reported = (path: string) =>
      diagnostics.filter((one) => one.severity === 'error' && one.location?.path === path).map((one) => one.category);
    return [
      ...VIOLATIONS.filter(({ path, rule }) => !reported(path).includes(rule)).map(
        ({ path, rule, code }) => `not reported by ${rule}: ${path}: ${code.split('\n')[0]}`,
      ),
      ...CONTROLS.filter(({ path }) => reported(path).length > 0).map(
        ({ path }) => `a control was reported by ${reported(path).join(', ')}: ${path}`,
      ),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const complaints = await plantViolations();
  for (const complaint of complaints) console.error(complaint);
  console.log(`${VIOLATIONS.length} violations planted, ${complaints.length} complaints`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
