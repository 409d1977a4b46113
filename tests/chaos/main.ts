/**
 * `npm run chaos -- --kills N --seed S`: the long form by hand; one line of JSON at the end.
 * `--mass` kills one process with a hundred rooms, `--rolling N` replaces every process N times,
 * `--only drain` has faults of one kind. `--appends N --simulated M` forces so many faults of appends instead, against
 * a real Redis and over a simulated network. `--plant` puts a bug in, to see it found.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '#scripts/postgres.ts';
import { isClean as isWell } from '#tests/appends/judge.ts';
import { forceAppends } from '#tests/appends/long.ts';
import { chaos, LEASE_MS } from './campaign.ts';
import { isKind } from './plan.ts';
import { isPlant } from './plants.ts';
import { isClean } from './report.ts';
import { mass, rolling, type Scenario, storm } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    rooms: { type: 'string', default: '4' },
    clients: { type: 'string', default: '20' },
    tables: { type: 'string', default: '2' },
    mass: { type: 'boolean', default: false },
    rolling: { type: 'string' },
    only: { type: 'string' },
    appends: { type: 'string', default: '0' },
    simulated: { type: 'string', default: '0' },
    plant: { type: 'string' },
    evidence: { type: 'string', default: 'tests/chaos/found' },
  },
});
console.info = () => {}; // the SDK tells of every attempt to dial
console.warn = () => {};
const seed = Number(values.seed);
const command = `npm run chaos -- ${process.argv.slice(2).join(' ')}${process.argv.includes('--seed') ? '' : ` --seed ${seed}`}`;

function scenario(): Scenario {
  if (values.mass) return mass(LEASE_MS);
  const play = { rooms: Number(values.rooms), clients: Number(values.clients), tables: Number(values.tables) };
  if (values.rolling !== undefined) return { ...rolling(Number(values.rolling)), ...play };
  const { only } = values;
  if (only !== undefined && !isKind(only)) throw new Error(`There is no fault of the kind ${only}.`);
  return { ...storm({ seed, kills: Number(values.kills), leaseMs: LEASE_MS, ...(only && { only }) }), ...play };
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

const evidence = { directory: join(values.evidence, String(seed)), command };
const say = (line: string) => console.error(line);
const { signal } = stopping;

function tell(report: { problems: readonly string[] }, clean: boolean): void {
  for (const problem of report.problems) console.error(problem);
  console.log(JSON.stringify({ ...report, problems: report.problems.length }));
  if (clean) return;
  console.error(`This must not happen: ${command}\nWhat is known of it is in ${evidence.directory}`);
  process.exitCode = 1;
}

async function storming(): Promise<void> {
  const { plant } = values;
  if (plant !== undefined && !isPlant(plant)) throw new Error(`There is no bug ${plant} to plant.`);
  const postgres = await startPostgres();
  try {
    const chosen = scenario();
    console.error(`seed ${seed}: ${chosen.faults.length} faults`);
    const options = { ...chosen, databaseUrl: postgres.url, seed, evidence, signal, say, ...(plant && { plant }) };
    const report = await chaos(options);
    tell(report, isClean(report));
  } finally {
    await postgres.stop();
  }
}

async function forcing(real: number, simulated: number): Promise<void> {
  const { plant } = values;
  const total = await forceAppends({ seed, real, simulated, evidence, signal, say, ...(plant && { plant }) });
  tell(total, isWell(total));
}

const [real, simulated] = [Number(values.appends), Number(values.simulated)];
await (real + simulated > 0 ? forcing(real, simulated) : storming());
