/** Talk by REST: the same door as a socket's, and the room's own state to read from. */
import { randomUUID } from 'node:crypto';
import { channel } from '#rooms/chat/chat.ts';
import type { Directory } from '#rooms/host/directory.ts';
import type { Authorize } from '#rooms/ports.ts';
import type { Channel } from '#schema/chat.ts';
import type { Channels } from '#server/resources/messages.ts';
import type { ChannelListing } from '#server/resources/rooms.ts';

export const LOBBY_TALK = 'lobby';

/** A channel's room is `channel-` and its name; a table's channel is named by the table's room. */
const roomOf = (name: string) => `channel-${name}`;

export function openChannels(directory: Directory, authorize: Authorize): Channels {
  return {
    async post(name, { player, roles, payload, idempotencyKey }) {
      const key = `${player}:${idempotencyKey ?? randomUUID()}`;
      return directory.submit(roomOf(name), { player, roles, type: 'post', payload, key });
    },
    async read(name, { player, roles }) {
      const room = roomOf(name);
      const { verb, resource, subresource } = channel.joinAccess;
      const asked = { user: { player, roles }, verb, resource, name: room, ...(subresource && { subresource }) };
      if (!authorize(asked).allowed) return { refused: 'forbidden' };
      const refused = await directory.wake(room);
      if (refused) return { refused };
      const replica = directory.loaded(room)?.replica;
      if (replica?.machine.name !== channel.name) return { refused: 'no-such-room' };
      const state = replica.state as unknown as Channel;
      const messages = [...state.messages.values()].map(({ id, author, text, sentAt, expiresAt }) => {
        return { id, author, text, sentAt, expiresAt };
      });
      return { seq: replica.seq, messages };
    },
  };
}

export async function listChannels(directory: Directory): Promise<ChannelListing[]> {
  const rooms = [...directory.all()].filter(({ replica }) => replica.machine.name === channel.name);
  const names = new Set([LOBBY_TALK, ...rooms.map(({ roomId }) => roomId.slice(roomOf('').length))]);
  return [...names].map((name) => ({
    name,
    room: roomOf(name),
    title: name === LOBBY_TALK ? 'Lobby' : `Table ${name}`,
  }));
}

/** The channel that is always there. */
export async function ensureLobbyTalk(directory: Directory): Promise<void> {
  const room = roomOf(LOBBY_TALK);
  if ((await directory.wake(room)) === 'no-such-room') await directory.create(channel, room, {});
}
