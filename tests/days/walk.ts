/** A random walk through the life of an installation; after each step it must be what the model says. */
import { ddminSlowly } from '#rooms/faults/ddmin.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import { check } from '#tests/days/check.ts';
import { clustered } from '#tests/days/clustered.ts';
import { embedded } from '#tests/days/embedded.ts';
import { type Kind, within } from '#tests/days/installation.ts';
import { Model } from '#tests/days/model.ts';
import type { Step } from '#tests/days/step.ts';
import { STEPS } from '#tests/days/steps.ts';
import { World } from '#tests/days/world.ts';

/** A step of a walk, and the chance that it has: the same two do the same after the same. */
export type Taken = { step: Step; chance: number };

export type Walked = {
  kind: Kind;
  seed: number;
  taken: Taken[];
  /** How often each was done. */
  done: Record<string, number>;
  failure?: Error;
};

const RESTART_EVERY = 4;
/** What hangs is a fault like any other. */
const STEP_MS = 240_000;
const OPEN = { embedded, clustered };

export type WalkOptions = { kind: Kind; seed: number; steps: number; say?(text: string): void };

export async function walk({ kind, seed, steps, say }: WalkOptions): Promise<Walked> {
  const random = keyedRandom([seed], kind === 'embedded' ? 1 : 2);
  const taken: Taken[] = [];
  const choose = (model: Model, now: number): Taken | undefined => {
    if (taken.length >= steps) return undefined;
    const restarts = (taken.length + 1) % RESTART_EVERY === 0;
    const open = STEPS.filter((step) => Boolean(step.restarts) === restarts && isPossible(step, kind, model, now));
    const all = open.flatMap((step) => Array<Step>(step.weight).fill(step));
    taken.push({ step: random.pick(all), chance: random.uint32() });
    return taken.at(-1);
  };
  const { done, failure } = await live(kind, choose, say);
  return { kind, seed, taken, done, ...(failure && { failure }) };
}

/** The fewest steps of a walk that failed with which it still fails. */
export async function shrink({ kind, taken }: Walked, say?: (text: string) => void): Promise<readonly Taken[]> {
  return ddminSlowly(taken, async (some) => {
    say?.(`again with ${some.length} steps`);
    return (await again(kind, some)).failure !== undefined;
  });
}

/** The same steps, but for those that are not possible any more. */
export function again(kind: Kind, taken: readonly Taken[], say?: (text: string) => void) {
  const left = [...taken];
  return live(
    kind,
    (model, now) => {
      for (let one = left.shift(); one; one = left.shift()) if (isPossible(one.step, kind, model, now)) return one;
      return undefined;
    },
    say,
  );
}

function isPossible({ kinds, possible }: Step, kind: Kind, model: Model, now: number): boolean {
  return (kinds?.includes(kind) ?? true) && (possible?.(model, now) ?? true);
}

async function live(
  kind: Kind,
  next: (model: Model, now: number) => Taken | undefined,
  say: (text: string) => void = () => {},
): Promise<{ done: Record<string, number>; failure?: Error }> {
  const model = new Model();
  const world = new World(await OPEN[kind]());
  if (kind === 'clustered') model.processes = 2;
  const done: Record<string, number> = {};
  let doing = 'the first start';
  try {
    await world.installation.start();
    await check(world, model);
    for (let one = next(model, world.now); one; one = next(model, world.now)) {
      const { step, chance } = one;
      const from = performance.now();
      doing = step.name;
      const { output } = world.installation;
      await within(STEP_MS, step.name, step.do(world, model, keyedRandom([chance], 0)), output);
      const did = performance.now();
      await within(STEP_MS, `looking at what "${step.name}" left`, check(world, model), output);
      done[step.name] = (done[step.name] ?? 0) + 1;
      say(`${step.name}: ${Math.round(did - from)} ms, looked at in ${Math.round(performance.now() - did)} ms`);
    }
    return { done };
  } catch (error) {
    const { message, stack } = error as Error;
    return { done, failure: new Error(`after "${doing}": ${message}\n${stack}\n${world.installation.output()}`) };
  } finally {
    await world.close();
  }
}
