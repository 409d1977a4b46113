/** The rooms that live, here and in other processes, for the lobby and the API. */
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import type { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { Kind } from '#rooms/kernel/machine.ts';
import type { OpenTable, Tables } from '#rooms/lobby/tables.ts';
import { isTable, type TableListing } from '#schema/lobby.ts';
import type { MatchState } from '#schema/states.ts';
import type { Gossip } from '#server/cluster/ports.ts';
import { Feed } from '#server/feed/feed.ts';
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
  /** One of them. */
  room(room: string): Shown | undefined;
  running(): Promise<Running[]>;
  listings(): Promise<RoomListing[]>;
  online(): ReadonlySet<string>;
  /** Rooms here by machine. */
  census(): ReadonlyMap<string, number>;
};

const LOOK_MS = 100;
const PREFIX = 'room:';

/** Each room says when it changed; what it shows is looked at once for that, and is a version of the feed if it differs. */
export function createWorld(rooms: HostedRooms, gossip: Gossip): World {
  const feed = new Feed<Shown>();
  /** What the other processes know of rooms here. */
  const published = new Set<string>();
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  /** Of a room that has just moved two processes may speak: the one that has it here knows better. */
  function show(room: string, here: Shown | undefined): boolean {
    return feed.put(room, here ?? (gossip.otherOf(PREFIX + room) as Shown | undefined));
  }

  /** Rooms that tick say so twenty times a second; whether one would show anything new is asked less often. */
  function look(): void {
    clearTimeout(timer);
    timer = undefined;
    const all = [...touched];
    touched.clear();
    for (const room of all) {
      const loaded = rooms.get(room);
      const here = loaded && shownOf(loaded);
      const isNew = show(room, here);
      if (here && (isNew || !published.has(room))) gossip.put(PREFIX + room, here);
      if (!here && published.has(room)) gossip.put(PREFIX + room, undefined);
      published[here ? 'add' : 'delete'](room);
    }
  }

  gossip.subscribe(PREFIX, (keys) => {
    for (const room of keys.map((key) => key.slice(PREFIX.length))) {
      if (rooms.has(room)) touch(room);
      else show(room, undefined);
    }
  });
  function touch(room: string): void {
    touched.add(room);
    timer ??= setTimeout(look, LOOK_MS).unref();
  }
  rooms.onChange(touch);

  /** As of now: what changed a moment ago is looked at first. */
  function fresh(): Feed<Shown> {
    look();
    return feed;
  }

  const shown = () => [...fresh().values()];
  const matches = () => shown().filter(({ kind }) => kind === 'match');

  return {
    shown,
    room: (room) => fresh().get(room),
    since(version) {
      const names = version === undefined ? undefined : feed.since(version);
      const changed = names ? [...names].map((room) => ({ room, table: openTable(feed.get(room)) })) : [];
      const open = names
        ? changed.flatMap(({ table }) => table ?? [])
        : [...feed.values()].flatMap((one) => openTable(one) ?? []);
      const gone = changed.flatMap(({ room, table }) => (table ? [] : room));
      return { version: feed.version, whole: names === undefined, open, gone };
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

/** As the lobby shows it: a match that is not over. */
function openTable(shown: Shown | undefined): OpenTable | undefined {
  if (shown?.kind !== 'match') return undefined;
  const table = tableOf(shown);
  return table.phase === 'finished' ? undefined : { room: shown.room, game: shown.machine, ...table };
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
