/**
 * `npm run load -- <scenario>|all`: finds or builds k6, starts a Parlor of its own unless told an address, runs, and
 * says how it went: a line a scenario, then one line of JSON. Exit codes are in the README.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { k6, ToolMissing } from '#scripts/tools.ts';
import type { Scenario } from '../k6/thresholds.ts';
import { type Figures, figuresOf, type Verdict, verdictOf } from '../k6/verdict.ts';
import { generate, type Outcome, type Run } from './generator.ts';
import { startLocal } from './local.ts';
import { type Orders, ordersOf, USAGE } from './orders.ts';
import { openRemote } from './remote.ts';
import { heading, row, violations } from './report.ts';
import { probesFor, type Size, sizeOf } from './sizes.ts';
import { NoTarget, type Target } from './target.ts';

const EXIT = { passed: 0, violated: 1, usage: 2, invalid: 3, nothing: 4, broken: 5 } as const;
type Judgement = Partial<Figures> & { scenario: Scenario; verdict: Verdict | 'broken' };

/** k6 takes about so long to get going. */
const STARTS_MS = 1_000;
const SAID_LINES = 12;

async function main(): Promise<number> {
  const orders = ordersOf(process.argv.slice(2));
  if ('mistake' in orders) {
    console.error(`${orders.mistake}\n\n${USAGE}`);
    return EXIT.usage;
  }
  const runs = orders.scenarios.map((scenario): Run => runOf(scenario, orders));
  // Large enough for each of the runs. Nobody waits for k6 to be built only to learn that there is no server.
  const vus = Math.max(...runs.map(({ size }) => size.vus));
  const remote = orders.remote && (await openRemote(orders.remote, vus));
  const program = k6.provide();
  console.log(heading());
  const judged: Judgement[] = [];
  // What one run leaves behind, such as a channel full of talk, would be in the times of the next.
  for (const together of remote || orders.smoke ? [runs] : runs.map((run) => [run])) {
    const target = remote ?? (await startLocal({ vus, probes: probesFor(vus), processes: orders.processes }));
    try {
      for (const run of together) judged.push(await runOne(program, run, target));
    } finally {
      await target.stop();
    }
  }
  console.log(JSON.stringify(judged));
  // What is worst decides: a server that is wrong before a run that says nothing.
  const worst = (['broken', 'violated', 'invalid'] as const).find((one) =>
    judged.some(({ verdict }) => verdict === one),
  );
  return EXIT[worst ?? 'passed'];
}

function runOf(scenario: Scenario, { smoke, vus, seconds, required, out }: Orders): Run {
  const usual = sizeOf(scenario, smoke);
  const size = { ...usual, vus: vus ?? usual.vus, seconds: seconds ?? usual.seconds };
  return { scenario, size, smoke, required, out: join(out, `${scenario}${smoke ? '-smoke' : ''}`) };
}

async function runOne(program: string, run: Run, target: Target): Promise<Judgement> {
  const killed = run.scenario === 'kill' ? killAmid(target, run.size) : undefined;
  const [outcome] = await Promise.all([generate(program, run, target), killed]);
  return judge(run, outcome, target);
}

/** When all have come, and long before the first goes. */
async function killAmid(target: Target, { ramp, seconds }: Size): Promise<void> {
  await pause(STARTS_MS + (ramp + (seconds - ramp) / 3) * 1000);
  await target.kill();
}

function judge({ scenario, out }: Run, { summary, said }: Outcome, target: Target): Judgement {
  if (!summary) {
    console.error(`${scenario}: k6 left no summary.\n${said}\n${target.output()}`);
    return { scenario, verdict: 'broken' };
  }
  const verdict = verdictOf(summary.thresholds);
  const figures = figuresOf(summary);
  console.log(row(figures, verdict));
  for (const line of violations(summary, verdict)) console.log(line);
  if (verdict !== 'passed') console.log(`${said.split('\n').slice(-SAID_LINES).join('\n')}\n${out}/summary.html`);
  return { ...figures, verdict };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ToolMissing || error instanceof NoTarget)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = EXIT.nothing;
}
