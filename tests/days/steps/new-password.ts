import type { Password } from '#schema/resources.ts';
import type { Step } from '#tests/days/step.ts';

/** Made up, or given. The old one opens nothing. */
export const newPassword: Step = {
  name: 'a new password',
  weight: 2,
  possible: ({ known }) => known.length > 0,
  async do(world, model, random) {
    const someone = random.pick(model.known);
    const given = random.below(2) === 0 ? { password: `another password ${model.next()}` } : {};
    const order = { apiVersion: 'parlor.dev/v1', kind: 'Password', spec: given };
    const { spec } = await world.administrate<Password>('POST', `players/${someone.player}/password`, order);
    someone.session.ended = true;
    await world.cannotSignIn(someone);
    someone.password = spec.password;
  },
};
