/** The probe with one mistake each, that throws: what the shrinker is tried on. */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import type { Probe } from '#rooms/testing/probe-state.ts';

const { say } = probe.commands;
type Say = Parameters<typeof say.apply>;

function saying(name: string, before: (...given: Say) => void): AnyMachine {
  const apply: typeof say.apply = (...given) => {
    before(...given);
    say.apply(...given);
  };
  return { ...probe, name, commands: { ...probe.commands, say: { ...say, apply } } };
}

/** Somebody who has drawn two cards says something. */
export const talksWithCards = saying('talks-with-cards', ({ hands }, _, { player }) => {
  if ((hands.get(player)?.count ?? 0) >= 2) throw new Error('cards and words');
});

/** The dice fall badly, which they do at some places of the log only. */
export const losesAtDice = saying('loses-at-dice', (_, __, { random }) => {
  if (random.below(6) === 0) throw new Error('a bad throw');
});

export const cannotBeSeen: AnyMachine = {
  ...probe,
  name: 'cannot-be-seen',
  view(state: Probe, seat: number, secret: ReturnType<typeof probe.secret>) {
    if ([...state.hands.values()].some(({ count }) => count >= 2)) throw new Error('too many cards to show');
    return probe.view?.(state, seat, secret) ?? [];
  },
};

/** Finds another thing to say too long than the probe does. */
export const saysNo: AnyMachine = {
  ...probe,
  name: 'says-no',
  commands: { ...probe.commands, say: { ...say, check: (_, { text }) => (text === 'stop' ? 'forbidden' : undefined) } },
} satisfies typeof probe;

export const neverStarts: AnyMachine = {
  ...probe,
  name: 'never-starts',
  setup() {
    throw new Error('no table');
  },
};
