/**
 * The long form: one round after the other, each with a journal of its own, so that logs stay short; and what is
 * kept of a round that went wrong.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ddminSlowly } from '#rooms/faults/ddmin.ts';
import { keepRooms } from '#tests/chaos/evidence.ts';
import { againstRedis } from './against-redis.ts';
import { isClean } from './judge.ts';
import { isScriptPlant, isStorePlant, plantedScript, plantedStores, type StorePlant } from './plants.ts';
import { simulated } from './simulated.ts';
import type { Outcome } from './trial.ts';

export type LongOptions = {
  seed: number;
  /** Appends to force against a real Redis, and over a simulated network. */
  real: number;
  simulated: number;
  plant?: string;
  /** Where what was found is kept, and the command that leads to it again. */
  evidence: { directory: string; command: string };
  signal?: AbortSignal;
  /** One line for each round. */
  say(line: string): void;
};

export type Total = Omit<Outcome, 'appends'> & { appends: { real: number; simulated: number } };

const ROUND = 500;

export async function forceAppends(options: LongOptions): Promise<Total> {
  const { seed, evidence, plant, signal, say } = options;
  const total: Total = { ...structuredClone(NOTHING), seed, appends: { real: 0, simulated: 0 } };
  const rounds = (['real', 'simulated'] as const).flatMap((where) =>
    parts(options[where]).map((appends) => ({ where, appends })),
  );
  for (const [i, { where, appends }] of rounds.entries()) {
    if (signal?.aborted || !isClean(total)) break;
    const round = { seed: seed + i, appends, evidence, plant, ...(signal && { signal }) };
    const outcome = await (where === 'real' ? realRound(round) : simulatedRound(round));
    total.appends[where] += outcome.appends;
    add(total, outcome);
    say(`${i + 1}/${rounds.length} ${where}, seed ${round.seed}: ${outcome.appends} of ${outcome.acked} acked`);
  }
  return total;
}

type Round = Pick<LongOptions, 'seed' | 'evidence' | 'signal'> & { appends: number; plant: string | undefined };

async function realRound({ evidence: { directory, command }, plant, ...round }: Round): Promise<Outcome> {
  const script = plant !== undefined && isScriptPlant(plant) ? { script: plantedScript(plant), sealing: false } : {};
  const { outcome } = await againstRedis({
    ...round,
    ...script,
    async wrong(scene, outcome) {
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'run.json'), JSON.stringify({ command, outcome }, undefined, 2));
      await keepRooms(directory, command, scene);
    },
  });
  return outcome;
}

async function simulatedRound({ seed, appends, plant, evidence }: Round): Promise<Outcome> {
  const planted = plant !== undefined && isStorePlant(plant) ? plant : undefined;
  const { outcome, struck } = await simulated({ seed, appends, ...withPlant(planted) });
  if (!isClean(outcome)) await keepSimulated({ seed, appends, planted, struck, ...evidence });
  return outcome;
}

export type Wrong = {
  seed: number;
  appends: number;
  planted: StorePlant | undefined;
  /** Calls that met with something. */
  struck: readonly number[];
  directory: string;
  command: string;
};

/** Writes a failing test of it with as few mishaps as it takes; answers these. */
export async function keepSimulated({ seed, appends, planted, struck, directory, command }: Wrong) {
  const few = await ddminSlowly(struck, async (some) => {
    const { outcome } = await simulated({ seed, appends, only: new Set(some), ...withPlant(planted) });
    return !isClean(outcome);
  });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `simulated-${seed}.test.ts`), testFile({ seed, appends, planted, few, command }));
  return few;
}

const withPlant = (plant: StorePlant | undefined) => (plant ? { broken: plantedStores(plant), sealing: false } : {});

function testFile({
  seed,
  appends,
  planted,
  few,
  command,
}: Pick<Wrong, 'seed' | 'appends' | 'planted' | 'command'> & { few: readonly number[] }) {
  const broken = planted ? `, broken: plantedStores('${planted}'), sealing: false` : '';
  return `/** Found by \`${command}\`: ${few.length} of its mishaps are enough. */
import { expect, it } from 'vitest';
import { isClean } from '#tests/appends/judge.ts';
${planted ? "import { plantedStores } from '#tests/appends/plants.ts';\n" : ''}import { simulated } from '#tests/appends/simulated.ts';

it('survives what befell these calls', async () => {
  const only = new Set([${few.join(', ')}]);
  const { outcome } = await simulated({ seed: ${seed}, appends: ${appends}, only${broken} });
  expect(outcome.problems).toEqual([]);
  expect(isClean(outcome)).toBe(true);
});
`;
}

const NOTHING = {
  kinds: {} as Record<string, number>,
  strays: {} as Record<string, number>,
  claims: 0,
  acked: 0,
  seen: 0,
  lost: 0,
  double: 0,
  takenBack: 0,
  twin: 0,
  gaps: 0,
  problems: [] as string[],
};

function add(total: Total, { kinds, strays, problems, ...counts }: Outcome): void {
  for (const name of ['claims', 'acked', 'seen', 'lost', 'double', 'takenBack', 'twin', 'gaps'] as const)
    total[name] += counts[name];
  for (const [into, from] of [
    [total.kinds, kinds],
    [total.strays, strays],
  ] as const) {
    for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count;
  }
  total.problems.push(...problems);
}

function parts(appends: number): number[] {
  return Array.from({ length: Math.ceil(appends / ROUND) }, (_, i) => Math.min(ROUND, appends - i * ROUND));
}
