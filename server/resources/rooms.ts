/** Rooms that live or were quarantined. Who may not see what was quarantined sees the rooms that live. */
import { type Room, room, roomLog } from '#schema/resources.ts';
import { refusal, status, success } from '#schema/status.ts';
import { EVERYONE } from '#server/authz/roles.ts';
import { PARLOR } from '#server/resources/group.ts';
import { quarantineHandlers } from '#server/resources/quarantine.ts';
import { answer, type Declaration, type Facts, type Handlers, head, refuse } from '#server/resources/resource.ts';
import { whole } from '#server/resources/whole.ts';
import type { Quarantined, QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import type { RoomListing } from '#server/rooms/summaries.ts';

export type RoomsPorts = {
  quarantine: QuarantinePorts;
  listings(): Promise<RoomListing[]>;
  /** One that lives. */
  listing(room: string): RoomListing | undefined;
};

export const rooms: Declaration<RoomsPorts> = {
  plural: 'rooms',
  kind: 'Room',
  singular: 'room',
  group: PARLOR,
  storage: 'rooms',
  schema: room,
  verbs: ['list', 'get', 'delete'],
  labels: ['phase'],
  columns: [
    { name: 'Machine', type: 'string', cell: ({ spec }: Room) => spec.machine },
    { name: 'Phase', type: 'string', cell: ({ status }: Room) => status.phase },
    { name: 'Clients', type: 'integer', cell: ({ status }: Room) => status.clients },
    { name: 'Reason', type: 'string', priority: 1, cell: ({ status }: Room) => status.quarantined?.reason },
  ],
  subresources: {
    log: { kind: 'RoomLog', schema: roomLog, verbs: ['get'] },
    retry: { kind: 'Status', schema: status, verbs: ['create'] },
  },
  asked: {
    quarantined: 'That a room was quarantined, and why.',
    content: 'In the log of a room of talk: what people wrote.',
  },
  rules: [{ roles: EVERYONE, verbs: ['get', 'list'] }],
  serve: handlers,
};

function handlers({ listings, listing, quarantine: quarantines }: RoomsPorts, facts: Facts): Handlers {
  const quarantinedRoom = async (room: string) =>
    [await quarantines.quarantinedRoom(room)].filter((found) => found !== undefined);

  return {
    ...whole<Room>(facts, async ({ query, name, may }) => {
      const { phase } = query.labels;
      const one = name !== '';
      const kept = may(one ? 'get' : 'list', 'rooms', 'quarantined').allowed
        ? await (one ? quarantinedRoom(name) : quarantines.quarantined())
        : [];
      const out = new Set(kept.map(({ room }) => room));
      const found = one ? [listing(name)].filter((live) => live !== undefined) : await listings();
      const live = found.filter(({ room }) => !out.has(room)).map(alive);
      return [...kept.map(quarantined), ...live].filter(({ status }) => phase === undefined || status.phase === phase);
    }),
    async delete({ name }) {
      const refused = await quarantines.end(name);
      return refused ? refuse(refusal(refused)) : answer(success({ name, uid: name, kind: 'rooms' }));
    },
    async mayDelete({ name }) {
      if (await quarantines.quarantinedRoom(name)) return undefined;
      return refuse(refusal(listing(name) ? 'room-alive' : 'no-such-room'));
    },
    parts: quarantineHandlers(quarantines),
  };
}

function alive({ room, machine, clients, createdAt, listing }: RoomListing): Room {
  return { ...head('Room', room, createdAt), spec: { machine }, status: { phase: 'live', clients, listing } };
}

function quarantined({ room, machine, reason, epoch }: Quarantined): Room {
  const status = { phase: 'quarantined' as const, clients: 0, listing: {}, quarantined: { reason, epoch } };
  return { ...head('Room', room), spec: { machine }, status };
}
