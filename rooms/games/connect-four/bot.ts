/** A modest opponent: sees one move ahead, likes the middle, and is not always the same. */
import { type Cells, COLUMNS, openColumns, wins } from '#rooms/games/connect-four/rules.ts';
import type { Random } from '#rooms/kernel/random.ts';

/** The column where `seat` drops against `other`; there must be an open one. */
export function botColumn(cells: Cells, seat: number, other: number, random: Random): number {
  const open = openColumns(cells);
  const winning = open.find((column) => wins(cells, column, seat));
  const blocking = open.find((column) => wins(cells, column, other));
  return winning ?? blocking ?? random.pick(open.flatMap((column) => Array<number>(liking(column)).fill(column)));
}

/** 4 for the middle column, 1 at the edges: how many lots it gets in the draw. */
function liking(column: number): number {
  const middle = (COLUMNS - 1) / 2;
  return middle + 1 - Math.abs(column - middle);
}
