/** Talk by REST: the same door as a socket's, and the room's own state to read from. */
import { randomUUID } from 'node:crypto';
import { channel } from '#rooms/chat/chat.ts';
import type { Directory } from '#rooms/host/directory.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Authorize } from '#rooms/ports.ts';
import type { Channel } from '#schema/chat.ts';
import type { Channels } from '#server/resources/messages.ts';
import type { ChannelListing } from '#server/resources/rooms.ts';
import type { Ask, RoomCalls } from '#server/world/ask.ts';
import type { Shown } from '#server/world/tables.ts';

export const LOBBY_TALK = 'lobby';

/** A channel's room is `channel-` and its name; a table's channel is named by the table's room. */
const roomOf = (name: string) => `channel-${name}`;

export function openChannels(ask: Ask, authorize: Authorize): Channels {
  return {
    post(name, { idempotencyKey, ...post }) {
      const key = `${post.player}:${idempotencyKey ?? randomUUID()}`;
      return ask.owner('submit', { room: roomOf(name), type: 'post', key, ...post });
    },
    act(name, act) {
      return ask.owner('submit', { room: roomOf(name), key: `${act.player}:${randomUUID()}`, ...act });
    },
    async read(name, { player, roles }) {
      const room = roomOf(name);
      const { verb, resource, subresource } = channel.joinAccess;
      const asked = { user: { player, roles }, verb, resource, name: room, ...(subresource && { subresource }) };
      if (!authorize(asked).allowed) return { refused: 'forbidden' };
      return ask.owner('read', { room });
    },
  };
}

/** Whoever asks may read: that was decided before. */
export function readChannel(directory: Directory): RoomCalls['read'] {
  return async ({ room }) => {
    const refused = await directory.wake(room);
    if (refused) return { refused };
    const loaded = directory.loaded(room);
    if (loaded?.replica.machine.name !== channel.name) return { refused: 'no-such-room' };
    // Somebody else may have the room by now, and be ahead.
    if (loaded.crank.paused) return { refused: 'paused' };
    const { seq } = loaded.replica;
    const state = loaded.replica.state as unknown as Channel;
    const messages = [...state.messages.values()].map(({ id, author, text, sentAt, expiresAt }) => ({
      id,
      author,
      text,
      sentAt,
      expiresAt,
    }));
    const mutes = Object.fromEntries([...state.mutes].map(([player, { endsAt }]) => [player, endsAt]));
    return { seq, messages, mutes };
  };
}

export function listChannels(shown: readonly Shown[]): ChannelListing[] {
  const rooms = shown.filter(({ machine }) => machine === channel.name).map(({ room }) => room);
  const names = new Set([LOBBY_TALK, ...rooms.map((room) => room.slice(roomOf('').length))]);
  return [...names].map((name) => ({
    name,
    room: roomOf(name),
    title: name === LOBBY_TALK ? 'Lobby' : `Table ${name}`,
  }));
}

/** The channel that is always there. */
export const PERMANENT: ReadonlyMap<string, AnyMachine> = new Map([[roomOf(LOBBY_TALK), channel]]);

export async function openPermanent(directory: Directory): Promise<void> {
  for (const room of PERMANENT.keys()) await directory.wake(room);
}
