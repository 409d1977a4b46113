/** Rooms that live, games that can be played, channels one can talk in: lists that this process knows by itself. */
import { type Channel, channel, type Game, game, type Room, room } from '#schema/resources.ts';
import { failure } from '#schema/status.ts';
import { answer, head, list, type Noun, refuse } from '#server/resources/noun.ts';

/** `createdAt` is wall ms; `listing` is what the machine shows of itself. */
export type RoomListing = {
  room: string;
  machine: string;
  clients: number;
  createdAt: number;
  listing: Record<string, unknown>;
};
export type GameListing = { name: string; seats: { min: number; max: number }; realtime: boolean };
export type ChannelListing = { name: string; room: string; title: string };

type Whole<I> = Pick<Noun, 'resource' | 'kind' | 'singular' | 'schema' | 'columns'> & { all(): Promise<I[]> | I[] };

/** A noun whose objects are few and all at hand. */
function wholeNoun<I extends { metadata: { name: string } }>({ all, ...noun }: Whole<I>): Noun {
  return {
    ...noun,
    list: async () => list(noun.kind, { metadata: {}, items: await all() }),
    async get({ name }) {
      const found = (await all()).find(({ metadata }) => metadata.name === name);
      if (found) return answer(found);
      return refuse(failure(404, `There is no ${noun.singular} "${name}".`, { name, kind: noun.resource }));
    },
  };
}

export function roomsNoun(listings: () => Promise<RoomListing[]>): Noun {
  return wholeNoun<Room>({
    resource: 'rooms',
    kind: 'Room',
    schema: room,
    singular: 'room',
    columns: [
      { name: 'Machine', type: 'string', cell: ({ spec }: Room) => spec.machine },
      { name: 'Clients', type: 'integer', cell: ({ status }: Room) => status.clients },
    ],
    all: async () =>
      (await listings()).map(({ room, machine, clients, createdAt, listing }) => ({
        ...head('Room', room, createdAt),
        spec: { machine },
        status: { clients, listing },
      })),
  });
}

export function gamesNoun(games: readonly GameListing[]): Noun {
  return wholeNoun<Game>({
    resource: 'games',
    kind: 'Game',
    schema: game,
    singular: 'game',
    columns: [
      { name: 'Seats', type: 'string', cell: ({ spec }: Game) => `${spec.seats.min}-${spec.seats.max}` },
      { name: 'Realtime', type: 'string', cell: ({ spec }: Game) => (spec.realtime ? 'yes' : 'no') },
    ],
    all: () => games.map(({ name, ...spec }) => ({ ...head('Game', name), spec })),
  });
}

export function channelsNoun(channels: () => Promise<ChannelListing[]>): Noun {
  return wholeNoun<Channel>({
    resource: 'channels',
    kind: 'Channel',
    schema: channel,
    singular: 'channel',
    columns: [{ name: 'Title', type: 'string', cell: ({ spec }: Channel) => spec.title }],
    all: async () => (await channels()).map(({ name, ...spec }) => ({ ...head('Channel', name), spec })),
  });
}
