import type { Step } from '#tests/days/step.ts';

export const signOut: Step = {
  name: 'sign out',
  weight: 2,
  possible: (model, now) => model.signedIn(now).length > 0,
  async do(world, model, random) {
    const someone = random.pick(model.signedIn(world.now));
    await world.of(someone).signOut();
    someone.session.ended = true;
  },
};

export const signedOut: Step = {
  name: 'signed out by an administrator',
  weight: 2,
  possible: (model, now) => model.signedIn(now).length > 0,
  async do(world, model, random) {
    const someone = random.pick(model.signedIn(world.now));
    const administrator = await (await world.administrator()).person();
    const { session } = world.of(someone);
    await administrator.call('DELETE', `sessions/${session}`);
    someone.session.ended = true;
  },
};
