/**
 * Talk, by REST. The room that holds the channel decides and answers, so that a POST here and a socket's
 * `post` are one thing, and what the room has deleted cannot be read here either.
 */

import type { z } from 'zod';
import { toPage } from '#db/page.ts';
import type { postPayload } from '#schema/chat.ts';
import type { Reply } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import { type Message, message, newMessage } from '#schema/resources.ts';
import { failure, refusal } from '#schema/status.ts';
import { tidy } from '#schema/text.ts';
import { parseBody } from '#server/resources/body.ts';
import { answer, type Call, head, instant, list, type Noun, refuse } from '#server/resources/noun.ts';

/** One message as its room shows it to this player; `id` is its place in the room's log, times are wall ms. */
export type Said = { id: number; author: string; text: string; sentAt: number; expiresAt: number };

export type Post = {
  player: string;
  roles: readonly string[];
  payload: z.infer<typeof postPayload>;
  idempotencyKey?: string;
  /** The request that it came by. */
  via?: string;
};

export type Channels = {
  /** The command `post`, as if it came through a socket; the same key again is answered as the first time. */
  post(channel: string, post: Post): Promise<Reply>;
  /** What this player may read there, oldest first, and the place in the log that this is of. */
  read(
    channel: string,
    reader: { player: string; roles: readonly string[] },
  ): Promise<{ seq: number; messages: Said[] } | { refused: RefusalCode }>;
};

export function messagesNoun(channels: Channels): Noun {
  return {
    resource: 'messages',
    kind: 'Message',
    schema: message,
    singular: 'message',
    shortNames: ['msg'],
    labels: ['channel'],
    versioned: true,
    idempotent: true,
    columns: [
      { name: 'Channel', type: 'string', cell: ({ spec }: Message) => spec.channel },
      { name: 'Player', type: 'string', cell: ({ status }: Message) => status.player },
      { name: 'Text', type: 'string', cell: ({ spec }: Message) => spec.text },
      { name: 'Expires', type: 'string', cell: ({ status }: Message) => status.expiresAt },
    ],
    list: (call) => read(channels, call),
    create: (call) => post(channels, call),
  };
}

async function post(channels: Channels, { identity, body, idempotencyKey, id }: Call) {
  const parsed = parseBody(newMessage, 'Message', body);
  if ('refused' in parsed) return refuse(parsed.refused);
  const { channel, text, ttlSeconds } = parsed.value.spec;
  const reply = await channels.post(channel, {
    player: identity.player,
    roles: identity.roles,
    via: id,
    payload: { text, ...(ttlSeconds !== undefined && { ttlMs: ttlSeconds * 1000 }) },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  if (!reply.ok) {
    const { code, field, retryAfterMs } = reply;
    const where = field === undefined ? undefined : `spec.${field === 'ttlMs' ? 'ttlSeconds' : field}`;
    return refuse(refusal(code, { field: where, retryAfterMs }));
  }
  const { metadata, ...kind } = head('Message', `${channel}.${reply.seq}`);
  const accepted: Message = {
    ...kind,
    metadata: { ...metadata, resourceVersion: String(reply.seq), labels: { channel } },
    spec: { ...parsed.value.spec, text: tidy(text) },
    status: { player: identity.player, seq: reply.seq },
  };
  return answer(accepted, 201);
}

async function read(channels: Channels, { identity, query }: Call) {
  const { channel } = query.labels;
  if (channel === undefined) {
    const cause = { reason: 'FieldValueRequired', field: 'labelSelector', message: 'channel=<name>' };
    return refuse(failure(400, 'Say which channel: labelSelector=channel=<name>', { causes: [cause] }));
  }
  const found = await channels.read(channel, identity);
  if ('refused' in found) return refuse(refusal(found.refused));
  if (found.seq < query.minSeq)
    return refuse(failure(504, `The channel is at ${found.seq}, before ${query.minSeq}.`, { retryAfterSeconds: 1 }));
  const now = Date.now();
  const rest = found.messages.filter(({ id, expiresAt }) => id > (query.after?.rank ?? 0) && expiresAt > now);
  const page = toPage(rest.slice(0, query.limit + 1), query.limit, ({ id, sentAt }) => ({
    rank: id,
    at: sentAt,
    id: String(id),
  }));
  const more = page.continue && { continue: page.continue, remainingItemCount: rest.length - page.items.length };
  return list('Message', {
    metadata: { resourceVersion: String(found.seq), ...more },
    items: page.items.map((said) => show(channel, said)),
  });
}

function show(channel: string, said: Said): Message {
  const { metadata, ...kind } = head('Message', `${channel}.${said.id}`, said.sentAt);
  return {
    ...kind,
    metadata: { ...metadata, resourceVersion: String(said.id), labels: { channel } },
    spec: { channel, text: said.text },
    status: {
      player: said.author,
      seq: said.id,
      sentAt: instant(said.sentAt),
      expiresAt: instant(said.expiresAt),
    },
  };
}
