/** State, commands and limits of a channel. */
import { type SchemaType, schema, t } from '@colyseus/schema';
import { z } from 'zod';
import { RoomState } from '#schema/states.ts';
import { isText } from '#schema/text.ts';

export const MESSAGE_GRAPHEMES = 2000;
/** Bytes in UTF-8; a text of 2000 graphemes may exceed it. */
export const MESSAGE_BYTES = 8192;
/** Of all texts together, in UTF-16 units: the amount that a joining client loads. */
export const CHANNEL_UNITS = 131_072;
export const CHANNEL_MEMBERS = 500;

/** Mutes of one channel, and the longest duration of one. */
export const CHANNEL_MUTES = 200;
export const MUTE_MS = 30 * 86_400_000;
export const TTL_MS = { min: 5_000, max: 30 * 86_400_000 } as const;

export const Message = schema(
  {
    /** The message's seq in the channel's log, and its key in `messages`. */
    id: t.uint32().default(0),
    /** Pseudonym. */
    author: t.string().default(''),
    text: t.string().default(''),
    /** Wall ms. */
    sentAt: t.float64().default(0),
    expiresAt: t.float64().default(0),
  },
  'Message',
);
export type Message = SchemaType<typeof Message>;

export const Member = schema(
  {
    seat: t.uint16().default(0),
    connected: t.boolean().default(false),
    /** Id of the last message that this member has read; visible to the member alone. */
    read: t.uint32().default(0).view(),
  },
  'Member',
);
export type Member = SchemaType<typeof Member>;

/** A player who may not post until `until`. */
export const Mute = schema({ /** Wall ms. */ endsAt: t.float64().default(0) }, 'Mute');
export type Mute = SchemaType<typeof Mute>;

export const Channel = RoomState.extend(
  {
    /** Oldest first, without redacted and expired messages. */
    messages: t.map(Message),
    /** By pseudonym. */
    members: t.map(Member),
    /** By pseudonym, without ended mutes. */
    mutes: t.map(Mute),
    /** The room of the match whose seated players alone may join; empty for an open channel. */
    match: t.string().default(''),
    /** Longest lifetime of a message, ms. */
    ttlMs: t.float64().default(0),
    /** Largest number of messages. */
    keep: t.uint16().default(0),
    /** How long an absent member keeps the seat and the read cursor; playTime ms. */
    lapseMs: t.float64().default(0),
  },
  'Channel',
);
export type Channel = SchemaType<typeof Channel>;

/** `ttlMs`: a lifetime shorter than the channel's; a longer one has no effect. */
export const postPayload = z.strictObject({
  text: z.string().refine(isText, 'holds control characters or broken Unicode'),
  ttlMs: z.int().min(TTL_MS.min).max(TTL_MS.max).optional(),
});
export const redactPayload = z.strictObject({ id: z.int().min(1) });
export const mutePayload = z.strictObject({ player: z.string().min(1).max(200), endsAt: z.int() });
export const unmutePayload = z.strictObject({ player: z.string().min(1).max(200) });
export const readPayload = z.strictObject({ seq: z.int().min(0) });

/** The number of messages by other authors after the member's cursor. */
export function unread(channel: Channel, player: string): number {
  const read = channel.members.get(player)?.read ?? 0;
  let count = 0;
  for (const message of channel.messages.values()) if (message.id > read && message.author !== player) count++;
  return count;
}
