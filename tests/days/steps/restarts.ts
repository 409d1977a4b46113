import { CHANGES, type Change } from '#tests/days/releases.ts';
import type { Step } from '#tests/days/step.ts';

const HOUR = 3_600_000;

const passes = (name: string, ms: number): Step => ({
  name: `${name} passes`,
  weight: 1,
  restarts: true,
  kinds: ['embedded'],
  async do(world, _, random) {
    await world.restart(random.below(2) === 0 ? 'SIGTERM' : 'SIGKILL', async () => world.installation.pass?.(ms));
  },
});

/** Logs that were written under another rule go on by way of a snapshot only. */
const upgrade = (change: Change): Step => ({
  name: `an upgrade with another ${change}`,
  weight: 1,
  restarts: true,
  async do(world, model, random) {
    const root = await world.releases.next(change, model.next());
    const how = change === 'rule' || random.below(2) === 0 ? 'SIGTERM' : 'SIGKILL';
    await world.restart(how, async () => world.installation.use(root));
  },
});

export const restarts: readonly Step[] = [
  {
    name: 'restart',
    weight: 3,
    restarts: true,
    do: (world) => world.restart('SIGTERM'),
  },
  {
    name: 'kill -9 and start',
    weight: 3,
    restarts: true,
    do: (world) => world.restart('SIGKILL'),
  },
  passes('an hour', HOUR),
  passes('a day', 24 * HOUR),
  passes('a month', 30 * 24 * HOUR),
  {
    name: 'a backup while it runs is restored',
    weight: 2,
    restarts: true,
    kinds: ['embedded'],
    do: async ({ installation }) => installation.backUpAndRestore?.(),
  },
  {
    name: 'rotate the keys',
    weight: 1,
    restarts: true,
    kinds: ['embedded'],
    do: (world) => world.restart('SIGTERM', () => world.installation.run('keys', 'rotate')),
  },
  {
    name: 'add a key and use it',
    weight: 1,
    restarts: true,
    kinds: ['clustered'],
    async do(world) {
      await world.restart('SIGTERM', () => world.installation.run('keys', 'add'));
      await world.installation.run('keys', 'use');
      await world.restart('SIGKILL');
    },
  },
  ...CHANGES.map(upgrade),
];
