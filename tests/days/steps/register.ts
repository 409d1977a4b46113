import type { Step } from '#tests/days/step.ts';
import { LOGIN_MS } from '#tests/days/world.ts';

const MOST = 6;

export const register: Step = {
  name: 'register',
  weight: 3,
  possible: ({ people }) => people.size < MOST,
  async do(world, model) {
    const n = model.next();
    const [name, password] = [`person ${n}`, `the password number ${n}`];
    const login = { until: world.now + LOGIN_MS, ended: false };
    const someone = { name, password, player: '', login };
    await world.of(someone).enter('register', name, password);
    model.people.set(name, someone);
  },
};
