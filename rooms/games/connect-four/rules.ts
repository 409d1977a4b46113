/** The rules of Connect Four on a plain list of cells, row by row from the bottom left. */
export const COLUMNS = 7;
export const ROWS = 6;
export const EMPTY = -1;
const IN_A_ROW = 4;

/** A list of cells; a schema array will do. */
export type Cells = { readonly length: number; readonly [index: number]: number };

/** Steps between membership: right, up, up right, up left. */
const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [-1, 1],
] as const;

function at(cells: Cells, column: number, row: number): number {
  const onBoard = column >= 0 && column < COLUMNS && row >= 0 && row < ROWS;
  return onBoard ? (cells[row * COLUMNS + column] as number) : EMPTY;
}

/** The cell where a disc dropped into `column` comes to lie; undefined when the column is full. */
export function landing(cells: Cells, column: number): number | undefined {
  for (let row = 0; row < ROWS; row++) if (at(cells, column, row) === EMPTY) return row * COLUMNS + column;
  return undefined;
}

export function openColumns(cells: Cells): number[] {
  const columns = Array.from({ length: COLUMNS }, (_, column) => column);
  return columns.filter((column) => at(cells, column, ROWS - 1) === EMPTY);
}

/** Every cell of the lines of four or more that run through `cell`, ascending; empty when there is none. */
export function lineThrough(cells: Cells, cell: number): number[] {
  const column = cell % COLUMNS;
  const row = Math.floor(cell / COLUMNS);
  const seat = at(cells, column, row);
  const won = new Set<number>();
  if (seat === EMPTY) return [];
  for (const [right, up] of DIRECTIONS) {
    const run = [cell];
    for (const way of [1, -1]) {
      for (let n = way; at(cells, column + n * right, row + n * up) === seat; n += way) {
        run.push((row + n * up) * COLUMNS + column + n * right);
      }
    }
    if (run.length >= IN_A_ROW) for (const each of run) won.add(each);
  }
  return [...won].sort((a, b) => a - b);
}

/** Would a disc of `seat` in `column` complete a line? */
export function wins(cells: Cells, column: number, seat: number): boolean {
  const cell = landing(cells, column);
  if (cell === undefined) return false;
  const after = Array.from(cells);
  after[cell] = seat;
  return lineThrough(after, cell).length > 0;
}
