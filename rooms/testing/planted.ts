/** Machines with one mistake each, to show that the laws find it. */
import type { Schema } from '@colyseus/schema';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { giveTurn } from '#rooms/kernel/match.ts';
import type { LawName, Subject } from '#rooms/testing/laws.ts';
import { probeSubject, SUBJECTS } from '#rooms/testing/subjects.ts';
import { probe } from './probe.ts';
import { Note, type Probe } from './probe-state.ts';

const { steer, draw } = probe.commands;

/** The probe, whose `steer` does this too. */
function steering(name: string, also: (state: Probe) => void): AnyMachine {
  const apply: typeof steer.apply = (state, payload, ctx) => {
    steer.apply(state, payload, ctx);
    also(state);
  };
  return { ...probe, name, commands: { ...probe.commands, steer: { ...steer, apply } } };
}

const counts = new WeakMap<Schema, number>();
const loadedAt = performance.timeOrigin + performance.now();

export const changesWhatItRefuses: AnyMachine = {
  ...probe,
  name: 'changes-what-it-refuses',
  commands: {
    ...probe.commands,
    steer: {
      ...steer,
      check(state: Probe, payload: never, ctx: never) {
        const refusal = steer.check?.(state, payload, ctx);
        if (refusal) state.drift++;
        return refusal;
      },
    },
  },
};

export const readsTheClockOnce = steering('reads-the-clock-once', (state) => {
  state.drift = loadedAt;
});

export const rollsItsOwnDice = steering('rolls-its-own-dice', (state) => {
  state.drift = Math.random();
});

export const remembersOutside = steering('remembers-outside', (state) => {
  counts.set(state, (counts.get(state) ?? 0) + 1);
  state.drift = counts.get(state) as number;
});

export const putsOff = steering('puts-off', (state) => {
  queueMicrotask(() => state.drift++);
});

export const changesWhenLookedAt: AnyMachine = {
  ...probe,
  name: 'changes-when-looked-at',
  listing(state: Probe) {
    state.drift++;
    return {};
  },
};

export const playsOn: AnyMachine = {
  ...connectFour,
  name: 'plays-on',
  commands: {
    ...connectFour.commands,
    drop: { ...connectFour.commands.drop, check: () => undefined, apply: (state) => giveTurn(state, 0, 0) },
  },
} satisfies typeof connectFour;

export const showsAllHands: AnyMachine = {
  ...probe,
  name: 'shows-all-hands',
  view: (state: Probe) => [...state.hands.values()],
};

export const talksOfItsCards: AnyMachine = {
  ...probe,
  name: 'talks-of-its-cards',
  commands: {
    ...probe.commands,
    draw: {
      ...draw,
      apply(state: Probe, payload: undefined, ctx: Parameters<typeof draw.apply>[2]) {
        draw.apply(state, payload, ctx);
        const card = state.hands.get(ctx.player)?.cards.at(-1);
        state.notes.set('card', new Note().assign({ author: '', text: `drew ${card}`, expiresAt: ctx.now + 1_000 }));
      },
    },
  },
};

const onProbe = (machine: AnyMachine): Subject => ({ ...(probeSubject as Subject), machine, module: import.meta.url });

/** Each mistake, and exactly the laws it breaks. */
export const PLANTED: readonly [subject: Subject, breaks: LawName[]][] = [
  [onProbe(changesWhatItRefuses), ['K1']],
  [onProbe(readsTheClockOnce), ['K2']],
  [onProbe(rollsItsOwnDice), ['K2', 'K3', 'K6']],
  [onProbe(remembersOutside), ['K3']],
  [{ ...(SUBJECTS['connect-four'] as Subject), machine: playsOn, module: import.meta.url }, ['K4']],
  [onProbe(showsAllHands), ['K5']],
  [onProbe(talksOfItsCards), ['K5']],
  [onProbe(changesWhenLookedAt), ['K6']],
  [onProbe(putsOff), ['K6']],
];
