import { beforeEach, describe, expect, it } from 'vitest';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';

let table: Rehearsal<typeof connectFour>;

/** Ann and Bea sit down; `first` and `second` are who was drawn to begin, and the other. */
function seated() {
  table = new Rehearsal(connectFour);
  table.join('ann');
  table.join('bea');
  const [first, second] = table.state.turn === 0 ? ['ann', 'bea'] : ['bea', 'ann'];
  return { first: first as string, second: second as string };
}

/** Plays these columns in turn, whoever's it is. */
function play(columns: number[]) {
  for (const column of columns) {
    const player = table.state.seats[table.state.turn]?.player as string;
    expect(table.do(player, 'drop', { column })).toBeUndefined();
  }
}

let first: string;
let second: string;
beforeEach(() => {
  ({ first, second } = seated());
});

it('[G15] four in a column win for the first player, and the line is shown', () => {
  const beginner = table.state.turn;
  play([3, 4, 3, 4, 3, 4, 3]);
  const { phase, ending, winners, line, last } = table.state;
  expect({ phase, ending, winners: [...winners], line: [...line], last }).toEqual({
    phase: 'finished',
    ending: 'four',
    winners: [beginner],
    line: [3, 10, 17, 24],
    last: 24,
  });
  expect(table.replica.outcomes).toMatchObject([{ winners: [beginner], ending: 'four', players: ['ann', 'bea'] }]);
});

it('[G15] a board filled without a line is a draw', () => {
  // columns in pairs, two discs up each time: no colour gets four anywhere
  play([0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 2, 3, 2, 3, 3, 2, 3, 2, 2, 3, 2, 3, 4, 5, 4, 5, 5, 4, 5, 4, 4, 5, 4, 5]);
  play([6, 6, 6, 6, 6, 6]);
  expect(table.state.ending).toBe('draw');
  expect([...table.state.winners]).toEqual([]);
});

it('[G15] a seventh disc in a column is refused and keeps the turn', () => {
  play([0, 0, 0, 0, 0, 0]);
  expect(table.do(first, 'drop', { column: 0 })).toBe('connect-four/column-full');
  expect(table.state.seats[table.state.turn]?.player).toBe(first);
});

it('[G15] an invalid column, a wrong type and an unknown field are malformed', () => {
  for (const payload of [{ column: 7 }, { column: -1 }, { column: 1.5 }, { column: '3' }, { column: 3, x: 1 }, null]) {
    expect(table.do(first, 'drop', payload)).toBe('malformed');
  }
});

it('[G15] the listing shows the position', () => {
  play([3]);
  const picture = `...${table.state.cells[3]}${'.'.repeat(38)}`;
  expect(connectFour.listing?.(table.state)).toEqual({ phase: 'playing', players: ['ann', 'bea'], max: 2, picture });
});

describe('[G16] the bot', () => {
  it('takes the last seat of its table and plays a whole match by legal moves', () => {
    table = new Rehearsal(connectFour, { bot: true });
    expect(table.join('ann')).toBeUndefined();
    expect(table.join('bea')).toBe('room-full');
    expect(table.join('bot')).toBeUndefined();
    for (let n = 0; table.state.phase === 'playing'; n++) {
      const { turn } = table.state;
      const move = connectFour.bot?.(table.state, turn, keyedRandom([9], n));
      expect(connectFour.bot?.(table.state, 1 - turn, keyedRandom([9], n))).toBeUndefined();
      expect(table.do(turn === 0 ? 'ann' : 'bot', move?.type as string, move?.payload)).toBeUndefined();
    }
    expect(connectFour.bot?.(table.state, 1, keyedRandom([9], 99))).toBeUndefined();
  });

  it('is refused at other tables', () => {
    table = new Rehearsal(connectFour);
    expect(table.join('bot')).toBe('forbidden');
  });
});

it('[G15] a move out of turn is refused before the game is called', () => {
  expect(table.do(second, 'drop', { column: 0 })).toBe('not-your-turn');
});
