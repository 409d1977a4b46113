import type { Step } from '#tests/days/step.ts';

export const quarantine: Step = {
  name: 'a room is quarantined',
  weight: 1,
  restarts: true,
  possible: (model, now) => model.playing(now).length > 0,
  async do(world, model, random) {
    const match = random.pick(model.playing(world.now));
    await world.restart('SIGTERM', () => world.installation.quarantine(match.room));
    match.quarantined = true;
  },
};

export const retry: Step = {
  name: 'a quarantined room is tried again',
  weight: 2,
  possible: ({ matches }) => matches.some(({ quarantined }) => quarantined),
  async do(world, model, random) {
    const match = random.pick(model.matches.filter(({ quarantined }) => quarantined));
    const administrator = await (await world.administrator()).person();
    await administrator.call('POST', `rooms/${match.room}/retry`, {});
    match.quarantined = false;
  },
};
