import type { Step } from '#tests/days/step.ts';

const MOST = 3;

const removal = (name: string, how: 'SIGTERM' | 'SIGKILL'): Step => ({
  name,
  weight: 2,
  kinds: ['clustered'],
  possible: ({ processes }) => processes > 1,
  async do({ installation }, model) {
    await installation.remove?.(how);
    model.processes--;
  },
});

export const processes: readonly Step[] = [
  {
    name: 'a process more',
    weight: 3,
    kinds: ['clustered'],
    possible: ({ processes }) => processes < MOST,
    async do({ installation }, model) {
      await installation.add?.();
      model.processes++;
    },
  },
  removal('a process is told to stop', 'SIGTERM'),
  removal('a process is killed', 'SIGKILL'),
];
