/** k6 as a child process: one scenario against one target, and the summary that it leaves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Scenario } from '../k6/thresholds.ts';
import type { Summary } from '../k6/verdict.ts';
import { probesFor, type Size } from './sizes.ts';
import type { Target } from './target.ts';

const SCRIPT = resolve(import.meta.dirname, '../k6/main.ts');
const KEPT_CHARS = 20_000;
/** All thresholds were kept, or some were not: in both cases there is a summary. */
const FINISHED: readonly unknown[] = [0, 99];

export type Run = {
  scenario: Scenario;
  size: Size;
  smoke: boolean;
  /** Further thresholds, `metric:rule`. */
  required: readonly string[];
  /** Where `summary.json` and `summary.html` go. */
  out: string;
};

/** `said` is what k6 printed: the first mistake that each virtual user saw. */
export type Outcome = { summary: Summary | undefined; said: string };

/** Resolves when k6 has ended. `started` is told when it has begun. */
export async function generate(k6: string, run: Run, target: Target): Promise<Outcome> {
  const out = resolve(run.out);
  await mkdir(out, { recursive: true });
  const file = join(out, 'summary.json');
  await rm(file, { force: true });
  const args = ['run', '--quiet', '--no-color', '--address', '', '--no-usage-report', SCRIPT];
  const child = spawn(k6, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment({ ...run, out }, target) });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_CHARS);
    });
  }
  const [code] = await once(child, 'exit');
  if (!FINISHED.includes(code)) return { summary: undefined, said: `${said}\nk6 ended with ${code}` };
  return { summary: JSON.parse(await readFile(file, 'utf8')) as Summary, said };
}

function environment(
  { scenario, size, smoke, required, out }: Run,
  target: Target,
): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    K6_NO_USAGE_REPORT: 'true',
    SCENARIO: scenario,
    ORIGIN: target.origin,
    ACCOUNTS: resolve(target.accounts),
    VUS: String(size.vus),
    SECONDS: String(size.seconds),
    RAMP: String(size.ramp),
    SMOKE: smoke ? 'on' : 'off',
    DIGEST: target.digest ? 'on' : 'off',
    PROCESSES: String(target.processes),
    PROBE_ROOMS: String(probesFor(size.vus)),
    REQUIRE: JSON.stringify(required),
    OUT: out,
  };
}
