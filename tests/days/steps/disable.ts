import type { Player } from '#schema/resources.ts';
import type { Someone } from '#tests/days/model.ts';
import type { Step } from '#tests/days/step.ts';
import type { World } from '#tests/days/world.ts';

export const disable: Step = {
  name: 'disable an account',
  weight: 2,
  possible: ({ known }) => known.some(({ disabled }) => !disabled),
  async do(world, model, random) {
    const someone = random.pick(model.known.filter(({ disabled }) => !disabled));
    await change(world, someone, false);
    someone.disabled = true;
    someone.session.ended = true;
    await world.cannotSignIn(someone);
  },
};

export const enable: Step = {
  name: 'enable an account',
  weight: 3,
  possible: ({ known }) => known.some(({ disabled }) => disabled),
  async do(world, model, random) {
    const someone = random.pick(model.known.filter(({ disabled }) => disabled));
    await change(world, someone, true);
    someone.disabled = false;
  },
};

async function change(world: World, { id, player }: Someone, enabled: boolean): Promise<void> {
  const { spec } = await world.administrate<Player>('PATCH', `players/${player}`, { spec: { enabled } });
  if (spec.enabled !== enabled) throw new Error(`${id} is patched, and enabled is ${spec.enabled}`);
}
