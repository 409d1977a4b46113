/** Machines with one mistake each, to show that the laws find it. */
import type { Schema } from '@colyseus/schema';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { giveTurn } from '#rooms/kernel/match.ts';
import type { Random } from '#rooms/kernel/random.ts';
import type { LawName, Subject } from '#rooms/testing/laws.ts';
import { diceSubject, probeSubject, SUBJECTS } from '#rooms/testing/subjects.ts';
import { type Dice, dice, matching } from './dice.ts';
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

const digits = ({ cups }: Dice) => [...cups].map((cup) => [...cup.dice].join('')).join('|');
const { bid } = dice.commands;

/** The dice, of which a bid says this too. */
function bidding(name: string, also: (state: Dice) => void): AnyMachine {
  const apply: typeof bid.apply = (state, payload, ctx) => {
    bid.apply(state, payload, ctx);
    also(state);
  };
  return { ...dice, name, commands: { ...dice.commands, bid: { ...bid, apply } } };
}

export const showsAllCups: AnyMachine = { ...dice, name: 'shows-all-cups', view: (state: Dice) => [...state.cups] };

export const picturesAllDice: AnyMachine = {
  ...dice,
  name: 'pictures-all-dice',
  listing: (state: Dice) => ({ ...dice.listing?.(state), picture: digits(state) }),
};

export const notesAllDice = bidding('notes-all-dice', (state) => {
  state.note = digits(state);
});

export const countsHiddenDice = bidding('counts-hidden-dice', (state) => {
  state.hint = matching(state.cups, state.face);
});

export const refusesByHiddenDice: AnyMachine = {
  ...dice,
  name: 'refuses-by-hidden-dice',
  commands: {
    ...dice.commands,
    bid: {
      ...bid,
      check: (state: Dice, payload: { count: number; face: number }, ctx: never) =>
        bid.check?.(state, payload, ctx) ??
        (payload.count > matching(state.cups, payload.face) ? 'forbidden' : undefined),
    },
  },
};

/** A bot is given a view; this one looks at what the machine itself was shown last. */
let peekedAt: Dice | undefined;
export const botThatPeeks: AnyMachine = {
  ...dice,
  name: 'peeks-with-its-bot',
  view(state: Dice, seat: number, secret: never) {
    peekedAt = state;
    return dice.view?.(state, seat, secret) ?? [];
  },
  bot(view: Dice, seat: number, random: Random) {
    const move = dice.bot?.(view, seat, random);
    if (!move || !peekedAt || view.count > 20) return move;
    return { type: 'bid', payload: { count: view.count + 1, face: 1 + (matching(peekedAt.cups, 1) % 6) } };
  },
};

/** The probe, whose step does this too with what was sent for it. */
function stepping(name: string, also: (state: Probe, ctx: Parameters<NonNullable<typeof probe.step>>[1]) => void) {
  return {
    ...probe,
    name,
    step(state: Probe, ctx: Parameters<NonNullable<typeof probe.step>>[1]) {
      probe.step?.(state, ctx);
      also(state, ctx);
    },
  } as AnyMachine;
}

const lastInputs = new WeakMap<Schema, number>();
export const remembersInputsOutside = stepping('remembers-inputs-outside', (state, { inputs }) => {
  if (inputs.length > 0) lastInputs.set(state, (lastInputs.get(state) ?? 0) + 1);
  state.drift = lastInputs.get(state) ?? 0;
});

export const movesByHiddenCards = stepping('moves-by-hidden-cards', (state, { inputs, secret }) => {
  if (inputs.length > 0) state.drift = Number.parseInt(secret.deck[0]?.slice(-4) ?? '0', 16);
});

export const echoesCardsToInputs = stepping('echoes-cards-to-inputs', (state, { inputs, secret, now, seq }) => {
  if (inputs.length === 0) return;
  state.notes.set(`${seq}`, new Note().assign({ author: '', text: secret.deck[0] ?? '', expiresAt: now + 1_000 }));
});

const onDice = (machine: AnyMachine): Subject => ({ ...(diceSubject as Subject), machine, module: import.meta.url });
const onProbe = (machine: AnyMachine): Subject => ({ ...(probeSubject as Subject), machine, module: import.meta.url });

/** Each mistake, and exactly the laws it breaks. */
export const PLANTED: readonly [subject: Subject, breaks: LawName[]][] = [
  [onProbe(changesWhatItRefuses), ['K1']],
  [onProbe(readsTheClockOnce), ['K2']],
  [onProbe(rollsItsOwnDice), ['K2', 'K3', 'K5', 'K6']],
  [onProbe(remembersOutside), ['K3']],
  [onProbe(remembersInputsOutside), ['K3']],
  [onProbe(movesByHiddenCards), ['K5']],
  [onProbe(echoesCardsToInputs), ['K5']],
  [{ ...(SUBJECTS['connect-four'] as Subject), machine: playsOn, module: import.meta.url }, ['K4']],
  [onProbe(showsAllHands), ['K5']],
  [onProbe(talksOfItsCards), ['K5']],
  [onDice(showsAllCups), ['K5']],
  [onDice(picturesAllDice), ['K5']],
  [onDice(notesAllDice), ['K5']],
  [onDice(countsHiddenDice), ['K5']],
  [onDice(refusesByHiddenDice), ['K5']],
  [onDice(botThatPeeks), ['K16']],
  [onProbe(changesWhenLookedAt), ['K6']],
  [onProbe(putsOff), ['K6']],
];
