/** A small Liar's Dice: each seat has a hidden cup, bids go up in turn, a call shows all cups and ends it. Two to six seats. */
import { type SchemaType, schema, t } from '@colyseus/schema';
import { z } from 'zod';
import { defineGame } from '#rooms/kernel/define-game.ts';
import type { Random } from '#rooms/kernel/random.ts';
import { MatchState } from '#schema/states.ts';

export const CUP = 5;
const FACES = 6;

export const Cup = schema({ dice: t.array('uint8').view() }, 'Cup');
export type Cup = SchemaType<typeof Cup>;

export const Dice = MatchState.extend(
  {
    /** By seat. */
    cups: t.array(Cup),
    count: t.uint8().default(0),
    face: t.uint8().default(0),
    bidder: t.int8().default(-1),
    /** Everybody's dice, once somebody called. */
    shown: t.array('uint8'),
    /** What the planted mistakes say in public. */
    hint: t.uint8().default(0),
    note: t.string().default(''),
  },
  'Dice',
);
export type Dice = SchemaType<typeof Dice>;

export const matching = (cups: Iterable<Cup>, face: number): number =>
  [...cups].reduce((sum, { dice }) => sum + [...dice].filter((die) => die === face).length, 0);

export const dice = defineGame({
  name: 'dice',
  source: import.meta.url,
  seats: { min: 2, max: 6 },
  State: Dice,
  reveals: ['call'],

  begin(state, { random }) {
    for (const { player } of state.seats) {
      const cup = new Cup();
      if (player !== '') for (let n = 0; n < CUP; n++) cup.dice.push(1 + random.below(FACES));
      state.cups.push(cup);
    }
  },

  refusals: { 'too-low': 'Bid more than the bid before.', 'no-bid': 'There is no bid to call.' },
  moves: {
    bid: {
      payload: z.strictObject({ count: z.int().min(1).max(30), face: z.int().min(1).max(FACES) }),
      check(state, { count, face }) {
        return count > state.count || (count === state.count && face > state.face) ? undefined : 'too-low';
      },
      apply(state, { count, face }, { seat }) {
        Object.assign(state, { count, face, bidder: seat });
      },
    },
    call: {
      payload: z.strictObject({}),
      check: ({ bidder }) => (bidder < 0 ? 'no-bid' : undefined),
      apply(state) {
        for (const cup of state.cups) state.shown.push(...cup.dice);
      },
    },
  },

  outcome(state) {
    if (state.shown.length === 0) return undefined;
    const honest = matching(state.cups, state.face) >= state.count;
    return { winners: [state.bidder], ending: honest ? 'held' : 'bluffed' };
  },

  view: ({ cups }, seat) => [...cups].slice(Math.max(seat, 0), seat + 1),

  bot({ phase, turn, cups, count, face, bidder }, seat, random) {
    if (phase !== 'playing' || turn !== seat) return undefined;
    const own = matching([cups[seat] as Cup], face);
    if (bidder >= 0 && count > own + 1 + random.below(4)) return { type: 'call', payload: {} };
    return { type: 'bid', payload: { count: count + 1, face: 1 + random.below(FACES) } };
  },
});

/** Other dice in the cups that this seat may not look into. */
export function redealDice(state: Dice, seat: number, random: Random): void {
  state.cups.forEach((cup, at) => {
    if (at !== seat) for (let n = 0; n < cup.dice.length; n++) cup.dice[n] = 1 + random.below(FACES);
  });
}
