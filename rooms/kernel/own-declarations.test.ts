/** What a game declares of its own, beside what all matches have. */
import { t } from '@colyseus/schema';
import { describe, expect, it } from 'vitest';
import { ZodError, z } from 'zod';
import { defineGame } from '#rooms/kernel/define-game.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import { MatchState } from '#schema/states.ts';

const Count = MatchState.extend({ total: t.uint8().default(0) }, 'Count');

const count = defineGame({
  name: 'count',
  source: import.meta.url,
  seats: { min: 2, max: 2 },
  State: Count,
  refusals: { 'too-far': 'That goes beyond ten.' },
  moves: {
    add: {
      payload: z.strictObject({ by: z.int().min(1).max(3) }),
      check: (state, { by }) => (state.total + by > 10 ? 'too-far' : undefined),
      apply(state, { by }) {
        state.total += by;
      },
    },
  },
  outcome: () => undefined,
});

function begun(game = count) {
  const table = new Rehearsal(game);
  for (const player of ['ann', 'bea']) table.join(player);
  return table;
}

describe("a game's own options", () => {
  const optioned = defineGame({
    name: 'optioned',
    source: import.meta.url,
    seats: { min: 2, max: 2 },
    State: Count,
    options: z.strictObject({ from: z.int().min(0).max(5).default(2) }),
    setup(state, _, { from }) {
      state.total = from;
    },
    moves: {},
    outcome: () => undefined,
  });

  it('[G27] setup is given what was chosen, or the defaults', () => {
    expect(new Rehearsal(optioned).state.total).toBe(2);
    expect(new Rehearsal(optioned, { options: { from: 4 } }).state.total).toBe(4);
  });

  it('[G27] what the schema does not have is refused, also for a game without options', () => {
    for (const config of [{ options: { from: 6 } }, { options: { to: 1 } }, { from: 1 }])
      expect(() => new Rehearsal(optioned, config)).toThrow(ZodError);
    expect(() => new Rehearsal(count, { options: { from: 1 } })).toThrow('from');
  });
});

describe("a game's own refusals", () => {
  it('[G26] a refused move answers with the word under the name of the game, and nothing is changed', () => {
    const table = begun();
    const { state } = table;
    const mover = () => state.seats[state.turn]?.player as string;
    for (let n = 0; n < 3; n++) table.do(mover(), 'add', { by: 3 });
    expect(table.do(mover(), 'add', { by: 3 })).toBe('count/too-far');
    expect([state.total, state.phase]).toEqual([9, 'playing']);
    expect(count.refusals).toEqual({ 'too-far': 'That goes beyond ten.' });
  });

  it.each([
    ['unknown', 'unknown'],
    ['of another game', 'chess/too-far'],
    ['with its own name', 'count/too-far'],
    ['inherited', 'constructor'],
  ])('[G26] a code that the machine does not declare is a fault of the machine: %s', (_, code) => {
    const { add } = count.commands;
    const lying = { ...count, commands: { ...count.commands, add: { ...add, check: () => code as 'forbidden' } } };
    const table = begun(lying);
    expect(() => table.do(table.state.seats[table.state.turn]?.player as string, 'add', { by: 1 })).toThrow('declares');
  });
});
