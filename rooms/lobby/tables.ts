/** The open tables as the lobby shows them, brought up to date with as few changes as there are. */
import { type LobbyState, Table, type TableListing } from '#schema/lobby.ts';

export type OpenTable = TableListing & { room: string; game: string };

/** What the lobby asks of the outside. */
export type Tables = {
  /** Every table to be shown now, in the order to show them. */
  list(): readonly OpenTable[];
  /** Calls back when the list may have changed; answers how to stop that. */
  subscribe(changed: () => void): () => void;
};

function replace(shown: Table['players'], wanted: readonly string[]): void {
  if (wanted.join() !== shown.join()) shown.splice(0, shown.length, ...wanted);
}

export function showTables({ tables }: LobbyState, open: readonly OpenTable[]): void {
  const rooms = new Set(open.map(({ room }) => room));
  for (const room of [...tables.keys()]) if (!rooms.has(room)) tables.delete(room);
  for (const { players, reserved = [], ...listing } of open) {
    const shown = tables.get(listing.room);
    const table = shown ?? new Table();
    Object.assign(table, { ...listing, taken: players.length });
    replace(table.players, players);
    replace(table.reserved, reserved);
    if (!shown) tables.set(listing.room, table);
  }
}
