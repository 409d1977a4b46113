/** A channel as its members see it, what they may send to it, and its limits. */
import { type SchemaType, schema, t } from '@colyseus/schema';
import { z } from 'zod';
import { RoomState } from '#schema/states.ts';
import { isText } from '#schema/text.ts';

export const MESSAGE_GRAPHEMES = 2000;
/** In UTF-8; a text of 2000 graphemes may still be too heavy. */
export const MESSAGE_BYTES = 8192;
/** Of all texts together, in UTF-16 units: what someone who joins has to load. */
export const CHANNEL_UNITS = 131_072;
export const CHANNEL_MEMBERS = 500;

/** Mutes of one channel, and how long one may last. */
export const CHANNEL_MUTES = 200;
export const MUTE_MS = 30 * 86_400_000;
export const TTL_MS = { min: 5_000, max: 30 * 86_400_000 } as const;

export const Message = schema(
  {
    /** Its place in the channel's log, and its key in `messages`. */
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
    /** Id of the last message this member has read. Only the member sees it. */
    read: t.uint32().default(0).view(),
  },
  'Member',
);
export type Member = SchemaType<typeof Member>;

/** Somebody who may not post for now. */
export const Mute = schema({ /** Wall ms. */ endsAt: t.float64().default(0) }, 'Mute');
export type Mute = SchemaType<typeof Mute>;

export const Channel = RoomState.extend(
  {
    /** Oldest first; a message that is redacted or expired is gone from here. */
    messages: t.map(Message),
    /** By pseudonym. */
    members: t.map(Member),
    /** By pseudonym; one that has ended is gone from here. */
    mutes: t.map(Mute),
    /** The room of the match whose seats alone may come in; empty for a channel that is open to all. */
    match: t.string().default(''),
    /** How long a message lives, at most; ms. */
    ttlMs: t.float64().default(0),
    /** How many messages are kept. */
    keep: t.uint16().default(0),
    /** How long the seat, and so the read cursor, of one who went away is kept; playTime ms. */
    lapseMs: t.float64().default(0),
  },
  'Channel',
);
export type Channel = SchemaType<typeof Channel>;

/** `ttlMs`: gone earlier than the channel would have it; never later. */
export const postPayload = z.strictObject({
  text: z.string().refine(isText, 'holds control characters or broken Unicode'),
  ttlMs: z.int().min(TTL_MS.min).max(TTL_MS.max).optional(),
});
export const redactPayload = z.strictObject({ id: z.int().min(1) });
export const mutePayload = z.strictObject({ player: z.string().min(1).max(200), endsAt: z.int() });
export const unmutePayload = z.strictObject({ player: z.string().min(1).max(200) });
export const readPayload = z.strictObject({ seq: z.int().min(0) });

/** How many messages by others came after the member's cursor. */
export function unread(channel: Channel, player: string): number {
  const read = channel.members.get(player)?.read ?? 0;
  let count = 0;
  for (const message of channel.messages.values()) if (message.id > read && message.author !== player) count++;
  return count;
}
