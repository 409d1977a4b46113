/** Talk by REST: the same api as a socket's, and the room's own state to read from. */
import { randomUUID } from 'node:crypto';
import { channel } from '#rooms/chat/chat.ts';
import type { Directory } from '#rooms/host/directory.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import { questionAbout } from '#rooms/host/question.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Authorize, Log } from '#rooms/ports.ts';
import type { Channel } from '#schema/chat.ts';
import { isPassing } from '#schema/refusals.ts';
import { LOBBY_CHANNEL, objectOf, roomOfChannel } from '#schema/rooms.ts';
import type { Ask, HostCalls, RoomCalls } from '#server/rooms/calls.ts';
import type { ChannelListing } from '#server/rooms/summaries.ts';
import { type Shown, tableOf } from '#server/rooms/tables.ts';
import type { Channels } from '#server/rooms/talk.ts';

/** Talk at a table is forgotten soon after the table. */
export const MATCH_TALK_MS = 6 * 3_600_000;

export function openChannels(ask: Ask, authorize: Authorize): Channels {
  return {
    post(name, { idempotencyKey, ...post }) {
      const key = `${post.player}:${idempotencyKey ?? randomUUID()}`;
      return ask.owner('submit', { room: roomOfChannel(name), type: 'post', key, ...post });
    },
    act(name, act) {
      return ask.owner('submit', { room: roomOfChannel(name), key: `${act.player}:${randomUUID()}`, ...act });
    },
    async read(name, reader) {
      const room = roomOfChannel(name);
      if (!authorize(questionAbout(room, reader, channel.joinAccess)).allowed) return { refused: 'forbidden' };
      return ask.owner('read', { room, player: reader.player });
    },
  };
}

export type OutsideMatch = NonNullable<RoomPorts['outsideMatch']>;

/** Asks the process that has the match. */
export function askMatch(ask: Ask<Pick<RoomCalls, 'seated'>>): OutsideMatch {
  return async (match, player) => {
    const found = await ask.owner('seated', { room: match, player });
    if ('seated' in found) return found.seated ? undefined : 'table-only';
    return isPassing(found.refused) ? found.refused : 'table-only';
  };
}

/** To be called when somebody gave up a seat: the talk beside a match is for its seats alone. */
export function endTalkOf(ask: Ask<Pick<RoomCalls, 'dismiss'>>, log: Log): NonNullable<RoomPorts['seatGivenUp']> {
  return ({ room, kind }, player) => {
    if (kind !== 'match') return;
    inBackground(log, 'dismiss', ask.owner('dismiss', { room: roomOfChannel(room), player }));
  };
}

/** What is asked of a room of talk. */
export function channelCalls(directory: Directory, outsideMatch: OutsideMatch) {
  return {
    submit: submitTo(directory, outsideMatch),
    read: readChannel(directory, outsideMatch),
    dismiss: dismissFrom(directory),
  };
}

/** Nobody is connected to a room that sleeps, and who comes is looked at then. */
export function dismissFrom(directory: Directory): RoomCalls['dismiss'] {
  return async ({ room, player }) => {
    const loaded = directory.loaded(room);
    return !loaded || (await loaded.seatPresence.dismiss(player)) ? null : { refused: 'moved' };
  };
}

/** A command from outside any socket; a post needs the seat that joining would. */
function submitTo(directory: Directory, outsideMatch: OutsideMatch): RoomCalls['submit'] {
  return async ({ room, ...submission }) => {
    if (submission.type !== 'post') return directory.submit(room, submission);
    const refused = await directory.wake(room);
    const { match = '' } = (directory.loaded(room)?.replica.state ?? {}) as Partial<Channel>;
    const outside = !refused && match !== '' && (await outsideMatch(match, submission.player));
    if (outside) return { ok: false, code: outside };
    return directory.submit(room, submission);
  };
}

/** Whether the role may read was decided before; here, whether the seat does. */
function readChannel(directory: Directory, outsideMatch: OutsideMatch): RoomCalls['read'] {
  return async ({ room, player }) => {
    const refused = await directory.wake(room);
    if (refused) return { refused };
    const loaded = directory.loaded(room);
    if (loaded?.replica.machine.name !== channel.name) return { refused: 'no-such-room' };
    // Somebody else may have the room by now, and be ahead.
    if (loaded.sequencer.paused) return { refused: 'paused' };
    const { match } = loaded.replica.state as unknown as Channel;
    const outside = match !== '' && (await outsideMatch(match, player));
    if (outside) return { refused: outside };
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

/** The talk of the matches where this player has a seat. */
export function matchChannels(shown: readonly Shown[], player: string): ChannelListing[] {
  const seated = new Set(
    shown.filter((one) => one.kind === 'match' && tableOf(one).players.includes(player)).map(({ room }) => room),
  );
  return shown
    .filter(({ kind, room }) => kind === 'channel' && seated.has(objectOf(room)))
    .map(({ room, createdAt }) => ({
      name: objectOf(room),
      kind: 'match',
      readers: 'seats',
      title: `Table ${objectOf(room)}`,
      ttlSeconds: MATCH_TALK_MS / 1000,
      room,
      createdAt,
    }));
}

/** Makes the room of a channel that was stored; one that is there already is that room. */
export function makeChannel(directory: Directory): HostCalls['channel'] {
  return async ({ channel: name, ttlMs }) => {
    await directory.create(channel, roomOfChannel(name), { ttlMs });
    return null;
  };
}

/** The channel that is always there. */
export const PERMANENT: ReadonlyMap<string, AnyMachine> = new Map([[roomOfChannel(LOBBY_CHANNEL), channel]]);

export async function openPermanent(directory: Directory): Promise<void> {
  for (const room of PERMANENT.keys()) await directory.wake(room);
}
