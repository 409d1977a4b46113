/** The rooms that live, here and in other processes, for the lobby and the API. */
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import type { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { Kind } from '#rooms/kernel/machine.ts';
import type { OpenTable, Tables } from '#rooms/lobby/tables.ts';
import { isTable, type TableListing } from '#schema/lobby.ts';
import type { MatchState } from '#schema/states.ts';
import type { Gossip } from '#server/cluster/ports.ts';
import type { RoomListing, Running } from '#server/rooms/summaries.ts';

/** A room as its process tells of it. Pseudonyms, no names. */
export type Shown = RoomListing & {
  kind: Kind;
  /** Who has it open. */
  present: string[];
  /** Of a match that is over. */
  over?: Running['over'];
  /** A table that waits for people, all of whose players are there. */
  waits: boolean;
};

export type World = Tables & {
  /** Rooms everywhere. */
  shown(): Shown[];
  running(): Promise<Running[]>;
  listings(): Promise<RoomListing[]>;
  online(): ReadonlySet<string>;
  /** Rooms here by machine. */
  census(): ReadonlyMap<string, number>;
};

const LOOK_MS = 100;
const PREFIX = 'room:';

export function createWorld(rooms: HostedRooms, gossip: Gossip): World {
  const listeners = new Set<() => void>();
  const told = new Map<string, string>();
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  /** Rooms that tick say so twenty times a second; whether one would show anything new is asked less often. */
  function look(): void {
    timer = undefined;
    let revocationBus = false;
    for (const room of touched) {
      const loaded = rooms.get(room);
      const shown = loaded && shownOf(loaded);
      const text = shown && JSON.stringify(shown);
      if (told.get(room) === text) continue;
      revocationBus = true;
      if (text === undefined) told.delete(room);
      else told.set(room, text);
      gossip.put(PREFIX + room, shown);
    }
    touched.clear();
    if (revocationBus) tell();
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }
  gossip.subscribe(PREFIX, tell);
  rooms.onChange((room) => {
    touched.add(room);
    if (timer === undefined) timer = setTimeout(look, LOOK_MS).unref();
  });

  /** A room that has just moved may for a moment be told of twice: by who has it here, it is known better. */
  function shown(): Shown[] {
    const here = [...rooms.values()].flatMap((room) => shownOf(room) ?? []);
    const all = new Map(gossip.others(PREFIX).map(({ value }) => [(value as Shown).room, value as Shown]));
    for (const one of here) all.set(one.room, one);
    return [...all.values()];
  }

  const matches = () => shown().filter(({ kind }) => kind === 'match');

  return {
    shown,
    list: () =>
      matches()
        .map((one): OpenTable => ({ room: one.room, game: one.machine, ...tableOf(one) }))
        .filter(({ phase }) => phase !== 'finished'),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    running: async () => matches().map(runningOf),
    listings: async () => shown(),
    census() {
      const found = new Map<string, number>();
      for (const { replica } of rooms.values()) {
        found.set(replica.machine.name, (found.get(replica.machine.name) ?? 0) + 1);
      }
      return found;
    },
    online: () => new Set(shown().flatMap(({ present }) => present)),
  };
}

/** Nothing of a room that moves, or whose machine cannot say what it shows: that is a fault of the room. */
export function shownOf(loaded: DurableRoom): Shown | undefined {
  if (loaded.moving) return undefined;
  try {
    return listed(loaded);
  } catch (error) {
    loaded.fail(error);
    return undefined;
  }
}

function listed({ roomId: room, replica, connections }: DurableRoom): Shown {
  const { machine, genesis, state, seats } = replica;
  const { phase, bot } = state as MatchState;
  const listing = replica.hooks.listing() ?? {};
  const { kind } = machine;
  if (kind === 'match' && !isTable(listing)) throw new Error('the listing of a match is no TableListing');
  const result = kind === 'match' && phase === 'finished' ? replica.hooks.outcome() : undefined;
  const over = result && {
    ending: result.ending,
    winners: result.winners.map((seat) => result.players?.[seat] ?? seats.playerOf(seat)),
  };
  return {
    room,
    machine: machine.name,
    clients: connections.size,
    createdAt: genesis.createdAt,
    listing,
    kind,
    ...(over && { over }),
    present: [...new Set([...connections.all()].map(({ player }) => player))],
    waits: phase === 'waiting' && !bot && seats.held().every((seat) => seats.at(seat)?.connected),
  };
}

export const tableOf = ({ listing }: Shown) => listing as TableListing;

export function runningOf(shown: Shown): Running {
  const { room, machine: game, createdAt, over } = shown;
  return { room, game, createdAt, listing: tableOf(shown), ...(over && { over }) };
}
