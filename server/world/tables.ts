/** The tables that live in this process, for the lobby and the API. */
import type { Directory } from '#rooms/host/directory.ts';
import type { OpenTable, Tables } from '#rooms/lobby/tables.ts';
import type { TableListing } from '#schema/lobby.ts';
import type { Running } from '#server/resources/matches.ts';
import type { RoomListing } from '#server/resources/rooms.ts';

export type World = Tables & {
  changed(room: string): void;
  running(): Promise<Running[]>;
  listings(): Promise<RoomListing[]>;
  online(): ReadonlySet<string>;
  /** Rooms here by machine. */
  census(): ReadonlyMap<string, number>;
};

const LOOK_MS = 100;

/** `directory` is asked late: it is made after this. */
export function createWorld(directory: () => Directory): World {
  const listeners = new Set<() => void>();
  const shown = new Map<string, string>();
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  /** Rooms that tick say so twenty times a second; whether one would show anything new is asked less often. */
  function look(): void {
    timer = undefined;
    let news = false;
    for (const room of touched) {
      const loaded = directory().loaded(room);
      const { machine, state } = loaded?.replica ?? {};
      const text = loaded && !loaded.moving ? JSON.stringify(machine?.listing?.(state)) : '';
      if (shown.get(room) !== text) news = true;
      if (text === '') shown.delete(room);
      else shown.set(room, text);
    }
    touched.clear();
    if (news) for (const listener of listeners) listener();
  }

  function matches(): Running[] {
    return [...directory().all()].flatMap(({ roomId: room, replica, moving }) => {
      const { machine, genesis, state } = replica;
      if (moving || machine.keeps !== 'log' || !machine.listing) return [];
      const listing = machine.listing(state) as TableListing;
      return [{ room, game: machine.name, createdAt: genesis.createdAt, listing }];
    });
  }

  return {
    changed(room) {
      touched.add(room);
      if (timer === undefined) timer = setTimeout(look, LOOK_MS).unref();
    },
    list: () =>
      matches()
        .filter(({ listing }) => listing.phase !== 'finished')
        .map(({ room, game, listing }): OpenTable => ({ room, game, ...(listing as TableListing) })),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    running: async () => matches(),
    listings: async () =>
      [...directory().all()].map(({ roomId, replica, connections }) => ({
        room: roomId,
        machine: replica.machine.name,
        clients: connections.size,
        createdAt: replica.genesis.createdAt,
        listing: replica.machine.listing?.(replica.state) ?? {},
      })),
    census() {
      const found = new Map<string, number>();
      for (const { replica } of directory().all()) {
        found.set(replica.machine.name, (found.get(replica.machine.name) ?? 0) + 1);
      }
      return found;
    },
    online: () =>
      new Set([...directory().all()].flatMap(({ connections }) => [...connections.all()].map((c) => c.player))),
  };
}
