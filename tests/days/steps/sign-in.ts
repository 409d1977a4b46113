import type { Step } from '#tests/days/step.ts';
import { LOGIN_MS } from '#tests/days/world.ts';

export const signIn: Step = {
  name: 'sign in',
  weight: 3,
  possible: (model) => model.signedOut().length > 0,
  async do(world, model, random) {
    const someone = random.pick(model.signedOut());
    await world.of(someone).enter('login', someone.name, someone.password);
    someone.session = { until: world.now + LOGIN_MS, ended: false };
  },
};
