import type { Model, Someone } from '#tests/days/model.ts';
import type { Step } from '#tests/days/step.ts';
import { LOGIN_MS } from '#tests/days/world.ts';

const MOST = 6;

/** Somebody new, or somebody new under the name of who was erased: it is free again. */
export const register: Step = {
  name: 'register',
  weight: 3,
  possible: ({ known }) => known.length < MOST,
  async do(world, model, random) {
    const n = model.next();
    const id = `person ${n}`;
    const name = random.pick([id, ...freed(model)]);
    const session = { until: world.now + LOGIN_MS, ended: false };
    const password = `the password number ${n}`;
    const someone: Someone = {
      id,
      name,
      password,
      player: '',
      session,
      disabled: false,
      bannedUntil: 0,
      erased: false,
    };
    await world.of(someone).enter('register', name, password);
    model.people.set(id, someone);
  },
};

function freed({ all, known }: Model): string[] {
  const taken = new Set(known.map(({ name }) => name));
  return [...new Set(all.map(({ name }) => name))].filter((name) => !taken.has(name));
}
