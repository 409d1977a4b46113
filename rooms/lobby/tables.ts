/** The open tables as the lobby shows them, brought up to date with as few changes as there are. */
import { type LobbyState, Table, type TableListing } from '#schema/lobby.ts';

export type OpenTable = TableListing & { room: string; game: string };

/** What to show beside what is shown as of an earlier version: `whole` instead of it. */
export type TableChanges = { version: number; whole: boolean; open: readonly OpenTable[]; gone: readonly string[] };

/** What the lobby asks of the outside: the tables that changed after a version, or all of them without one. */
export type Tables = { since(version?: number): TableChanges };

function replace(shown: Table['players'], wanted: readonly string[]): void {
  if (wanted.join() !== shown.join()) shown.splice(0, shown.length, ...wanted);
}

export function showTables({ tables }: LobbyState, { whole, open, gone }: Omit<TableChanges, 'version'>): void {
  const rooms = new Set(open.map(({ room }) => room));
  for (const room of whole ? [...tables.keys()] : gone) if (!rooms.has(room)) tables.delete(room);
  for (const { players, reserved = [], ...listing } of open) {
    const shown = tables.get(listing.room);
    const table = shown ?? new Table();
    Object.assign(table, { ...listing, taken: players.length });
    replace(table.players, players);
    replace(table.reserved, reserved);
    if (!shown) tables.set(listing.room, table);
  }
}
