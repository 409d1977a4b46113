import { expect, it } from 'vitest';
import type { Status } from '#client/net/connection.ts';
import { EMPTY } from '#rooms/games/connect-four/rules.ts';
import { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { ghostOf, mayDrop } from './aim.ts';

/** Seat 0 is to move; column 2 is full, one disc lies in column 3. */
function table(changes: { seat?: number; status?: Status; phase?: 'playing' | 'finished'; dropping?: number } = {}) {
  const { seat = 0, status = 'live', phase = 'playing', dropping } = changes;
  const state = new ConnectFour();
  for (let cell = 0; cell < 42; cell++) state.cells.push(cell % 7 === 2 || cell === 3 ? cell % 2 : EMPTY);
  state.phase = phase;
  state.turn = 0;
  const move = { id: 1, type: 'drop', payload: { column: dropping } };
  return { state, seat, status, pending: dropping === undefined ? [] : [move] };
}

it("[V8] a move is possible on one's turn, in a column that is not full, while connected", () => {
  expect(mayDrop(table(), 3)).toBe(true);
  expect(mayDrop(table(), 2)).toBe(false);
  expect(mayDrop(table({ seat: 1 }), 3)).toBe(false);
  expect(mayDrop(table({ seat: -1 }), 3)).toBe(false);
  expect(mayDrop(table({ status: 'reconnecting' }), 3)).toBe(false);
  expect(mayDrop(table({ phase: 'finished' }), 3)).toBe(false);
});

it('[V8] a second move waits for the answer to the first', () => {
  expect(mayDrop(table({ dropping: 4 }), 3)).toBe(false);
});

it('[V8] the aimed disc shows where it would land, and is solid once submitted', () => {
  expect(ghostOf(table(), 3)).toEqual({ cell: 10, seat: 0, firm: false });
  expect(ghostOf(table(), -1)).toBeUndefined();
  expect(ghostOf(table({ dropping: 4 }), 3)).toEqual({ cell: 4, seat: 0, firm: true });
});
