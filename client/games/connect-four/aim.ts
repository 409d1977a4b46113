import { type Connection, isUp } from '#client/net/connection.ts';
import { landing } from '#rooms/games/connect-four/rules.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';

type Table = Pick<Connection<ConnectFour>, 'state' | 'seat' | 'status' | 'pending'>;

/** A disc that is not there yet: where it would lie. `firm` once the move is on its way. */
export type Ghost = { cell: number; seat: number; firm: boolean };

/** May a disc be dropped now, by the one who sits here? Never twice: a move on its way counts. */
export function mayDrop({ state, seat, status, pending }: Table, column: number): boolean {
  if (!isUp(status) || seat < 0 || pending.some(({ type }) => type === 'drop')) return false;
  return state.phase === 'playing' && state.turn === seat && landing(state.cells, column) !== undefined;
}

/** Where the move on its way will lie; else the aimed column's disc, if it may be dropped. -1 aims at nothing. */
export function ghostOf(table: Table, aimed: number): Ghost | undefined {
  const { pending, seat, state } = table;
  const move = pending.find(({ type }) => type === 'drop')?.payload as { column: number } | undefined;
  const column = move?.column ?? (aimed >= 0 && mayDrop(table, aimed) ? aimed : undefined);
  const cell = column === undefined ? undefined : landing(state.cells, column);
  return cell === undefined ? undefined : { cell, seat, firm: move !== undefined };
}
