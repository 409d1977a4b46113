import { expect, it } from 'vitest';
import { board } from '#rooms/games/connect-four/board.ts';
import { COLUMNS, EMPTY, landing, lineThrough, openColumns, ROWS } from '#rooms/games/connect-four/rules.ts';

const EMPTY_BOARD = board('');

it('[G11] a disc falls to the lowest empty cell of its column', () => {
  const cells = board(`
    . . . . . . .
    . . 1 . . . .
    . . 0 . . . .
  `);
  expect(landing(cells, 0)).toBe(0);
  expect(landing(cells, 2)).toBe(2 * COLUMNS + 2);
});

it('[G11] six discs fill a column', () => {
  const cells = board(`
    0 . . . . . .
    1 . . . . . .
    0 . . . . . .
    1 . . . . . .
    0 . . . . . .
    1 . . . . . .
  `);
  expect(landing(cells, 0)).toBeUndefined();
  expect(openColumns(cells)).toEqual([1, 2, 3, 4, 5, 6]);
});

it.each([
  ['across', '. 0 0 0 0 . .', 4, [1, 2, 3, 4]],
  ['up', '. . 1 . . . .\n. . 1 . . . .\n. . 1 . . . .\n. . 1 . . . .', 23, [2, 9, 16, 23]],
  ['up right', '. . . 0 . . .\n. . 0 1 . . .\n. 0 1 1 . . .\n0 1 1 0 . . .', 16, [0, 8, 16, 24]],
  ['up left', '. . . 1 . . .\n. . . 0 1 . .\n. . . 0 0 1 .\n. . . 0 0 0 1', 18, [6, 12, 18, 24]],
  ['five across, joined in the middle', '1 1 1 1 1 . .', 2, [0, 1, 2, 3, 4]],
  ['two ways at once', '0 . . . . . .\n0 . . . . . .\n0 . . . . . .\n0 0 0 0 . . .', 0, [0, 1, 2, 3, 7, 14, 21]],
])('[G12] four in a row win: %s', (_, picture, last, line) => {
  expect(lineThrough(board(picture), last)).toEqual(line);
});

it.each([
  ['three are not four', '. 0 0 0 . . .', 3],
  ['a gap breaks a row', '0 0 . 0 0 . .', 1],
  ['a row does not go on in the next line', '1 . . . . . .\n0 0 0 . 1 1 1', 6],
  ['an empty cell has no line', '. . . . . . .', 3],
])('[G12] %s', (_, picture, last) => {
  expect(lineThrough(board(picture), last)).toEqual([]);
});

/**
 * An outside oracle. Move sequences that reach ply n, nothing played on after a win: 7^n until a column can
 * fill (ply 7 loses the seven sequences of seven in one column) and a win cuts lines short from ply 8 on.
 */
it.each([
  [1, 7],
  [2, 49],
  [3, 343],
  [4, 2401],
  [5, 16807],
  [6, 117649],
  [7, 823536],
])('[G13] %i plies from the empty board make %i sequences', (plies, sequences) => {
  expect(countSequences([...(EMPTY_BOARD as number[])], plies, 0)).toBe(sequences);
});

function countSequences(cells: number[], plies: number, seat: number): number {
  if (plies === 0) return 1;
  let count = 0;
  for (const column of openColumns(cells)) {
    const cell = landing(cells, column) as number;
    cells[cell] = seat;
    const over = lineThrough(cells, cell).length > 0;
    if (plies === 1) count++;
    else if (!over) count += countSequences(cells, plies - 1, 1 - seat);
    cells[cell] = EMPTY;
  }
  return count;
}

/** Distinct positions after n plies, from the published enumeration (John Tromp; OEIS A212693). */
it.each([
  [0, 1],
  [1, 7],
  [2, 49],
  [3, 238],
  [4, 1120],
  [5, 4263],
  [6, 16422],
  [7, 54859],
  [8, 184275],
])('[G13] %i plies reach %i distinct positions', (plies, positions) => {
  let reached = new Map<string, number[]>([['', [...(EMPTY_BOARD as number[])]]]);
  for (let ply = 0; ply < plies; ply++) {
    const next = new Map<string, number[]>();
    for (const cells of reached.values()) {
      for (const column of openColumns(cells)) {
        const after = [...cells];
        const cell = landing(cells, column) as number;
        after[cell] = ply % 2;
        next.set(after.join(''), lineThrough(after, cell).length > 0 ? OVER : after);
      }
    }
    reached = next;
  }
  expect(reached.size).toBe(positions);
});

/** A won position is counted but nobody plays on from it: a full board. */
const OVER: number[] = Array<number>(COLUMNS * ROWS).fill(0);
