/** Positions as pictures, for tests: rows from the top, a character per cell, cut off above the discs. */
import { type Cells, COLUMNS, EMPTY, ROWS } from '#rooms/games/connect-four/rules.ts';

export function board(picture: string): Cells {
  const rows = picture.trim().split('\n').reverse();
  const marks = rows.flatMap((row) => row.trim().split(/\s+/)).filter((mark) => mark !== '');
  const cells = marks.map((mark) => (mark === '.' ? EMPTY : Number(mark)));
  return [...cells, ...Array<number>(COLUMNS * ROWS - cells.length).fill(EMPTY)];
}
