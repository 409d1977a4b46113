/** Two players name a number each; the higher one wins. */
import { z } from 'zod';
import { defineGame } from '#rooms/kernel/define-game.ts';
import { Higher } from './state.ts';

export const higher = defineGame({
  name: 'higher',
  source: import.meta.url,
  seats: { min: 2, max: 2 },
  State: Higher,
  options: z.strictObject({ most: z.int().min(2).max(99).default(9).meta({ title: 'Largest number' }) }),
  refusals: { beyond: 'That number is too large.' },

  setup(state, _, { most }) {
    state.most = most;
    state.numbers.push(0, 0);
  },

  moves: {
    name: {
      payload: z.strictObject({ number: z.int().min(1).max(99) }),
      check: ({ most }, { number }) => (number > most ? 'beyond' : undefined),
      apply({ numbers }, { number }, { seat }) {
        numbers[seat] = number;
      },
    },
  },

  outcome({ numbers }) {
    const [first = 0, second = 0] = numbers;
    if (first === 0 || second === 0) return undefined;
    if (first === second) return { winners: [], ending: 'same' };
    return { winners: [first > second ? 0 : 1], ending: 'higher' };
  },
});
