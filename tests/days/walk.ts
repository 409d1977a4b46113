/** A random walk through the life of an installation; after each step it must be what the model says. */
import { ddminSlowly } from '#rooms/faults/ddmin.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import { check } from '#tests/days/check.ts';
import { clustered } from '#tests/days/clustered.ts';
import { embedded } from '#tests/days/embedded.ts';
import { type Kind, unlessStopped, within } from '#tests/days/installation.ts';
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

/** `stop` ends a walk, and all that it started, at once. */
type Told = { say?(text: string): void; stop?: AbortSignal };
export type WalkOptions = Told & { kind: Kind; seed: number; steps: number };

export async function walk({ kind, seed, steps, ...told }: WalkOptions): Promise<Walked> {
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
  const { done, failure } = await live(kind, choose, told);
  return { kind, seed, taken, done, ...(failure && { failure }) };
}

/** The fewest steps of a walk that failed with which it still fails. */
export async function shrink({ kind, taken }: Walked, told: Told = {}): Promise<readonly Taken[]> {
  return ddminSlowly(taken, async (some) => {
    told.stop?.throwIfAborted();
    told.say?.(`again with ${some.length} steps`);
    const { failure } = await again(kind, some, { ...(told.stop && { stop: told.stop }) });
    if (failure) told.say?.(failure.message.split('\n')[0] ?? '');
    return failure !== undefined;
  });
}

/** The same steps, but for those that are not possible any more. */
export function again(kind: Kind, taken: readonly Taken[], told: Told = {}) {
  const left = [...taken];
  return live(
    kind,
    (model, now) => {
      for (let one = left.shift(); one; one = left.shift()) if (isPossible(one.step, kind, model, now)) return one;
      return undefined;
    },
    told,
  );
}

function isPossible({ kinds, possible }: Step, kind: Kind, model: Model, now: number): boolean {
  return (kinds?.includes(kind) ?? true) && (possible?.(model, now) ?? true);
}

async function live(
  kind: Kind,
  next: (model: Model, now: number) => Taken | undefined,
  { say = () => {}, stop }: Told,
): Promise<{ done: Record<string, number>; failure?: Error }> {
  const model = new Model();
  const world = new World(await OPEN[kind]());
  if (kind === 'clustered') model.processes = 2;
  const done: Record<string, number> = {};
  let doing = 'the first start';
  let under: Promise<unknown> = Promise.resolve();
  /** Goes on with the next once this is over, or throws when it takes too long or is to stop. */
  const takes = (what: string, act: Promise<void>): Promise<void> => {
    under = act.catch(() => {});
    return within(STEP_MS, what, unlessStopped(act, stop), world.installation.output);
  };
  try {
    await takes(doing, world.installation.start());
    await takes('looking at what is there first', check(world, model));
    for (let one = next(model, world.now); one; one = next(model, world.now)) {
      const { step, chance } = one;
      const from = performance.now();
      doing = step.name;
      await takes(step.name, step.do(world, model, keyedRandom([chance], 0)));
      const did = performance.now();
      await takes(`looking at what "${step.name}" left`, check(world, model));
      done[step.name] = (done[step.name] ?? 0) + 1;
      say(`${step.name}: ${Math.round(did - from)} ms, looked at in ${Math.round(performance.now() - did)} ms`);
    }
    return { done };
  } catch (error) {
    const { message, stack } = error as Error;
    return { done, failure: new Error(`after "${doing}": ${message}\n${stack}\n${world.installation.output()}`) };
  } finally {
    await world.close(under);
  }
}
