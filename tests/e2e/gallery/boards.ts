/** Matches to look at. */
import { lineThrough } from '#rooms/games/connect-four/rules.ts';
import { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { MatchSeat } from '#schema/states.ts';
import { ME, MINUTE, NOW } from './fixtures.ts';

/** Rows from the top, a character per cell. */
export const MIDDLE = `
  . . . . . . .
  . . . . . . .
  . . . 1 . . .
  . . . 0 1 . .
  . . 1 0 0 . .
  . 0 1 1 0 . 1`;
export const WON = `
  . . . . . . .
  . . . . . . .
  . . . 1 0 . .
  . . 0 0 1 . .
  . . 0 1 0 1 .
  . 0 1 1 1 0 .`;
export const FULL = `
  0 0 1 0 1 0 1
  1 1 0 1 0 1 0
  0 0 1 0 1 0 1
  1 1 0 1 0 1 0
  0 0 1 0 1 0 1
  1 1 0 1 0 1 0`;

export function cellsOf(board: string): number[] {
  if (!board) return Array(42).fill(-1);
  const rows = board.trim().split('\n').reverse();
  return rows.flatMap((row) => row.trim().split(' ')).map((mark) => (mark === '.' ? -1 : Number(mark)));
}

export const pictureOf = (board: string): string =>
  cellsOf(board)
    .map((cell) => (cell < 0 ? '.' : cell))
    .join('');

type Setting = Partial<Pick<ConnectFour, 'phase' | 'turn' | 'last' | 'ending' | 'rematch'>> & {
  board?: string;
  players?: readonly string[];
  winners?: readonly number[];
  awayMs?: number;
  leftMs?: number;
  /** Seats at the table, and the players for whom some are kept. */
  size?: number;
  reserved?: readonly string[];
};

/** A match with Ada in seat 0. `awayMs`: the other is away, and for so long the seat is kept. */
export function match({
  board = MIDDLE,
  players = [ME, 'p-ben'],
  winners = [],
  awayMs,
  leftMs,
  size = 2,
  reserved = [],
  ...rest
}: Setting) {
  const state = new ConnectFour();
  Object.assign(state, { phase: 'playing', turn: 0, last: 24, turnMs: MINUTE, absenceMs: MINUTE, ...rest });
  for (const cell of cellsOf(board)) state.cells.push(cell);
  for (const player of [...players, ...Array(size).fill('')].slice(0, size)) {
    const seat = new MatchSeat();
    const away = awayMs !== undefined && player !== ME;
    Object.assign(seat, { player, connected: player !== '' && !away, absentUntil: away ? NOW + awayMs : 0 });
    state.seats.push(seat);
  }
  state.reserved.push(...reserved);
  for (const winner of winners) state.winners.push(winner);
  if (state.phase === 'playing') state.turnUntil = state.turn < 0 ? 0 : NOW + (leftMs ?? 42_000);
  if (state.ending === 'four') state.line.push(...lineThrough(cellsOf(board), state.last));
  return state;
}
