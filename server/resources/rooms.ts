/** Rooms that live or were set aside, games that can be played, channels one can talk in. */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type Channel, channel, type Game, game, type Room, room } from '#schema/resources.ts';
import { failure, refusal, success } from '#schema/status.ts';
import { answer, type Call, head, list, type Noun, refuse } from '#server/resources/noun.ts';
import { byName } from '#server/resources/pages.ts';
import { type Aside, type AsidePorts, roomSubresources } from '#server/resources/set-aside.ts';

/** `createdAt` is wall ms; `listing` is what the machine shows of itself. */
export type RoomListing = {
  room: string;
  machine: string;
  clients: number;
  createdAt: number;
  listing: Record<string, unknown>;
};
export type RoomsPorts = AsidePorts & { listings(): Promise<RoomListing[]> };
export type GameListing = { name: string; seats: { min: number; max: number }; realtime: boolean };
export type ChannelListing = { name: string; room: string; title: string };

type Whole<I> = Omit<Noun, 'list' | 'get'> & { all(call: Call): Promise<I[]> | I[] };

/** A noun whose objects are few and all at hand. */
function wholeNoun<I extends { metadata: { name: string } }>({ all, ...noun }: Whole<I>): Noun {
  return {
    ...noun,
    async list(call) {
      return list(noun.kind, call.query, byName(await all(call), call.query));
    },
    async get(call) {
      const { name } = call;
      const found = (await all(call)).find(({ metadata }) => metadata.name === name);
      if (found) return answer(found);
      return refuse(failure(404, `There is no ${noun.singular} "${name}".`, { name, kind: noun.resource }));
    },
  };
}

/** Who may not see what was set aside sees the rooms that live. */
export function roomsNoun({ listings, ...asides }: RoomsPorts): Noun {
  return wholeNoun<Room>({
    resource: 'rooms',
    kind: 'Room',
    schema: room,
    singular: 'room',
    labels: ['phase'],
    columns: [
      { name: 'Machine', type: 'string', cell: ({ spec }: Room) => spec.machine },
      { name: 'Phase', type: 'string', cell: ({ status }: Room) => status.phase },
      { name: 'Clients', type: 'integer', cell: ({ status }: Room) => status.clients },
      { name: 'Reason', type: 'string', priority: 1, cell: ({ status }: Room) => status.aside?.reason },
    ],
    async all({ query, name, may }) {
      const { phase } = query.labels;
      const aside = may(name === '' ? 'list' : 'get', 'rooms', 'aside').allowed ? await asides.aside() : [];
      const out = new Set(aside.map(({ room }) => room));
      const live = (await listings()).filter(({ room }) => !out.has(room)).map(alive);
      return [...aside.map(setAside), ...live].filter(({ status }) => phase === undefined || status.phase === phase);
    },
    async delete({ name }) {
      const refused = await asides.end(name);
      return refused ? refuse(refusal(refused)) : answer(success({ name, uid: name, kind: 'rooms' }));
    },
    async mayDelete({ name }) {
      const found = (await asides.aside()).some(({ room }) => room === name);
      if (found) return undefined;
      const live = (await listings()).some(({ room }) => room === name);
      return refuse(refusal(live ? 'room-alive' : 'no-such-room'));
    },
    subresources: roomSubresources(asides),
  });
}

function alive({ room, machine, clients, createdAt, listing }: RoomListing): Room {
  return { ...head('Room', room, createdAt), spec: { machine }, status: { phase: 'live', clients, listing } };
}

function setAside({ room, machine, reason, epoch }: Aside): Room {
  const status = { phase: 'aside' as const, clients: 0, listing: {}, aside: { reason, epoch } };
  return { ...head('Room', room), spec: { machine }, status };
}

/** A game as its machine declares it. */
export function gameOf({ name, seats, rate }: AnyMachine): GameListing {
  return { name, seats: { min: seats.min ?? 1, max: seats.max }, realtime: rate !== undefined };
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

/** `channels`: those that the player may read. */
export function channelsNoun(channels: (player: string) => Promise<ChannelListing[]>): Noun {
  return wholeNoun<Channel>({
    resource: 'channels',
    kind: 'Channel',
    schema: channel,
    singular: 'channel',
    columns: [{ name: 'Title', type: 'string', cell: ({ spec }: Channel) => spec.title }],
    all: async ({ identity }) =>
      (await channels(identity.player)).map(({ name, ...spec }) => ({ ...head('Channel', name), spec })),
  });
}
