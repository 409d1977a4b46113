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
import { type Shown, tableOf } from '#server/world/tables.ts';

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
      return ask.owner('read', { room, player });
    },
  };
}

export type Seated = (room: string, player: string) => Promise<boolean>;

/** Asks the process that has the room. */
export function seatedBy(ask: () => Ask): Seated {
  return async (room, player) => {
    const found = await ask().owner('seated', { room, player });
    return 'seated' in found && found.seated;
  };
}

/** A command from outside any socket; a post needs the seat that joining would. */
export function submitTo(directory: Directory, seated: Seated): RoomCalls['submit'] {
  return async ({ room, ...submission }) => {
    const refused = submission.type === 'post' && (await directory.wake(room));
    const { match = '' } = (directory.loaded(room)?.replica.state ?? {}) as Partial<Channel>;
    if (!refused && submission.type === 'post' && match !== '' && !(await seated(match, submission.player)))
      return { ok: false, code: 'table-only' };
    return directory.submit(room, submission);
  };
}

/** Whether the role may read was decided before; here, whether the seat does. */
export function readChannel(directory: Directory, seated: Seated): RoomCalls['read'] {
  return async ({ room, player }) => {
    const refused = await directory.wake(room);
    if (refused) return { refused };
    const loaded = directory.loaded(room);
    if (loaded?.replica.machine.name !== channel.name) return { refused: 'no-such-room' };
    // Somebody else may have the room by now, and be ahead.
    if (loaded.crank.paused) return { refused: 'paused' };
    const { match } = loaded.replica.state as unknown as Channel;
    if (match !== '' && !(await seated(match, player))) return { refused: 'table-only' };
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

/** Those that this player may read: the lobby's, and those of the tables where they have a seat. */
export function listChannels(shown: readonly Shown[], player: string): ChannelListing[] {
  const rooms = shown
    .filter(({ machine }) => machine === channel.name)
    .map(({ room }) => room.slice(roomOf('').length));
  const matches = new Map(shown.filter(({ match }) => match).map((one) => [one.room, tableOf(one).players]));
  const isOpen = (name: string) => matches.get(name)?.includes(player) ?? true;
  const names = new Set([LOBBY_TALK, ...rooms.filter(isOpen)]);
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
