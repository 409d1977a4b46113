import type { Player } from '#schema/resources.ts';
import type { Step } from '#tests/days/step.ts';

/** What they said stays until its time, and what they played; nothing names them any more. */
export const erase: Step = {
  name: 'erase somebody',
  weight: 2,
  possible: ({ known }) => known.length > 1,
  async do(world, model, random) {
    const someone = random.pick(model.known);
    await world.administrate<Player>('DELETE', `players/${someone.player}`);
    someone.erased = true;
    someone.session.ended = true;
    someone.bannedUntil = 0;
    await world.cannotSignIn(someone);
  },
};

/** Where it lies: what is sealed under a key that is gone is gone. */
export const lookForKeys: Step = {
  name: 'the keys of people are looked for',
  weight: 1,
  restarts: true,
  possible: ({ all }) => all.some(({ erased }) => erased),
  async do(world, model) {
    await world.restart('SIGTERM', async () => {
      const keys = await world.installation.personalKeys();
      for (const { id, player, erased } of model.all)
        if (keys.get(player) !== !erased) throw new Error(`${id}: erased is ${erased}, a key ${keys.get(player)}`);
    });
  },
};
