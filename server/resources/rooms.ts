/** Rooms that live or were quarantined, games that can be played, channels one can talk in. */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type Channel, channel, type Game, game, type Room, room } from '#schema/resources.ts';
import { failure, refusal, success } from '#schema/status.ts';
import { byName } from '#server/resources/pages.ts';
import { roomSubresources } from '#server/resources/quarantine.ts';
import { answer, type Call, head, list, type Resource, refuse } from '#server/resources/resource.ts';
import type { Quarantined, QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import type { ChannelListing, RoomListing } from '#server/rooms/summaries.ts';

export type RoomsPorts = QuarantinePorts & { listings(): Promise<RoomListing[]> };
export type GameListing = { name: string; seats: { min: number; max: number }; realtime: boolean };

type Whole<I> = Omit<Resource, 'list' | 'get'> & { all(call: Call): Promise<I[]> | I[] };

/** A resource whose objects are few and all at hand. */
function wholeResource<I extends { metadata: { name: string } }>({ all, ...resource }: Whole<I>): Resource {
  return {
    ...resource,
    async list(call) {
      return list(resource.kind, call.query, byName(await all(call), call.query));
    },
    async get(call) {
      const { name } = call;
      const found = (await all(call)).find(({ metadata }) => metadata.name === name);
      if (found) return answer(found);
      return refuse(failure(404, `There is no ${resource.singular} "${name}".`, { name, kind: resource.resource }));
    },
  };
}

/** Who may not see what was quarantined sees the rooms that live. */
export function roomsResource({ listings, ...quarantines }: RoomsPorts): Resource {
  return wholeResource<Room>({
    resource: 'rooms',
    kind: 'Room',
    schema: room,
    singular: 'room',
    labels: ['phase'],
    columns: [
      { name: 'Machine', type: 'string', cell: ({ spec }: Room) => spec.machine },
      { name: 'Phase', type: 'string', cell: ({ status }: Room) => status.phase },
      { name: 'Clients', type: 'integer', cell: ({ status }: Room) => status.clients },
      { name: 'Reason', type: 'string', priority: 1, cell: ({ status }: Room) => status.quarantined?.reason },
    ],
    async all({ query, name, may }) {
      const { phase } = query.labels;
      const quarantined = may(name === '' ? 'list' : 'get', 'rooms', 'quarantined').allowed
        ? await quarantines.quarantined()
        : [];
      const out = new Set(quarantined.map(({ room }) => room));
      const live = (await listings()).filter(({ room }) => !out.has(room)).map(alive);
      return [...quarantined.map(quarantine), ...live].filter(
        ({ status }) => phase === undefined || status.phase === phase,
      );
    },
    async delete({ name }) {
      const refused = await quarantines.end(name);
      return refused ? refuse(refusal(refused)) : answer(success({ name, uid: name, kind: 'rooms' }));
    },
    async mayDelete({ name }) {
      const found = (await quarantines.quarantined()).some(({ room }) => room === name);
      if (found) return undefined;
      const live = (await listings()).some(({ room }) => room === name);
      return refuse(refusal(live ? 'room-alive' : 'no-such-room'));
    },
    subresources: roomSubresources(quarantines),
  });
}

function alive({ room, machine, clients, createdAt, listing }: RoomListing): Room {
  return { ...head('Room', room, createdAt), spec: { machine }, status: { phase: 'live', clients, listing } };
}

function quarantine({ room, machine, reason, epoch }: Quarantined): Room {
  const status = { phase: 'quarantined' as const, clients: 0, listing: {}, quarantined: { reason, epoch } };
  return { ...head('Room', room), spec: { machine }, status };
}

/** A game as its machine declares it. */
export function gameOf({ name, seats, rate }: AnyMachine): GameListing {
  return { name, seats: { min: seats.min ?? 1, max: seats.max }, realtime: rate !== undefined };
}

export function gamesResource(games: readonly GameListing[]): Resource {
  return wholeResource<Game>({
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
export function channelsResource(channels: (player: string) => Promise<ChannelListing[]>): Resource {
  return wholeResource<Channel>({
    resource: 'channels',
    kind: 'Channel',
    schema: channel,
    singular: 'channel',
    columns: [{ name: 'Title', type: 'string', cell: ({ spec }: Channel) => spec.title }],
    all: async ({ identity }) =>
      (await channels(identity.player)).map(({ name, ...spec }) => ({ ...head('Channel', name), spec })),
  });
}
