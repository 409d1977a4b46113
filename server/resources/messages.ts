/**
 * Talk, by REST. The room that holds the channel decides and answers, so that a POST here and a socket's
 * `post` are one thing, and what the room has deleted cannot be read here either.
 */

import { toPage } from '#db/page.ts';
import { type Message, message, newMessage } from '#schema/resources.ts';
import { failure, refusal, success } from '#schema/status.ts';
import { tidy } from '#schema/text.ts';
import { MEMBERS, MODERATORS } from '#server/authz/roles.ts';
import { parseBody } from '#server/resources/body.ts';
import { PARLOR } from '#server/resources/group.ts';
import type { Query } from '#server/resources/query.ts';
import {
  type Answer,
  answer,
  type Call,
  type Declaration,
  head,
  instant,
  list,
  refuse,
} from '#server/resources/resource.ts';
import type { Channels, Said, Shown } from '#server/rooms/talk.ts';

export const messages: Declaration<{ talk: Channels }> = {
  plural: 'messages',
  kind: 'Message',
  singular: 'message',
  group: PARLOR,
  storage: 'room-log',
  schema: message,
  creates: newMessage,
  verbs: ['list', 'get', 'create', 'delete'],
  shortNames: ['msg'],
  labels: ['channel'],
  idempotent: true,
  columns: [
    { name: 'Channel', type: 'string', cell: ({ spec }: Message) => spec.channel },
    { name: 'Player', type: 'string', cell: ({ status }: Message) => status.player },
    { name: 'Text', type: 'string', cell: ({ spec }: Message) => spec.text },
    { name: 'Expires', type: 'string', cell: ({ status }: Message) => status.expiresAt },
  ],
  asked: { others: 'Those that somebody else wrote.' },
  rules: [
    // whose message it is, the channel knows
    { roles: MEMBERS, verbs: ['get', 'list', 'create', 'delete'] },
    { roles: MODERATORS, verbs: ['delete'], part: 'others' },
  ],
  serve: ({ talk }) => ({
    list: (call) => read(talk, call),
    get: (call) => readOne(talk, call),
    create: (call) => post(talk, call),
    delete: (call) => remove(talk, call),
  }),
};

async function post(channels: Channels, { identity, body, idempotencyKey, id }: Call) {
  const parsed = parseBody(newMessage, 'Message', body);
  if ('refused' in parsed) return refuse(parsed.refused);
  const { channel, text, ttlSeconds } = parsed.value.spec;
  const reply = await channels.post(channel, {
    player: identity.player,
    roles: identity.roles,
    correlationId: id,
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

async function read(channels: Channels, { identity, query, now }: Call) {
  const { channel } = query.labels;
  if (channel === undefined) {
    const cause = { reason: 'FieldValueRequired', field: 'labelSelector', message: 'channel=<name>' };
    return refuse(failure(400, 'Say which channel: labelSelector=channel=<name>', { causes: [cause] }));
  }
  const found = await channels.read(channel, identity);
  if ('refused' in found) return refuse(refusal(found.refused));
  const late = behind(found, query);
  if (late) return late;
  const rest = found.messages.filter(({ id, expiresAt }) => id > (query.after?.rank ?? 0) && expiresAt > now);
  const page = toPage(rest.slice(0, query.limit + 1), query.limit, ({ id, sentAt }) => ({
    rank: id,
    at: sentAt,
    id: String(id),
  }));
  return list('Message', query, {
    items: page.items.map((said) => show(channel, said)),
    next: page.next,
    resourceVersion: String(found.seq),
    remaining: rest.length - page.items.length,
  });
}

/** A read asked for what is newer than the room. */
export function behind({ seq }: Pick<Shown, 'seq'>, { minSeq }: Query): Answer | undefined {
  if (seq >= minSeq) return undefined;
  return refuse(failure(504, `The channel is at ${seq}, before ${minSeq}.`, { retryAfterSeconds: 1 }));
}

/** `<channel>.<seq>` */
function placeOf(name: string): { channel: string; id: number } | undefined {
  const [, channel, id] = /^(.+)\.(\d{1,10})$/.exec(name) ?? [];
  return channel === undefined ? undefined : { channel, id: Number(id) };
}

async function readOne(channels: Channels, { name, identity, query, now }: Call) {
  const place = placeOf(name);
  const found = place && (await channels.read(place.channel, identity));
  if (found && 'refused' in found && found.refused !== 'no-such-room') return refuse(refusal(found.refused));
  const late = found && 'seq' in found && behind(found, query);
  if (late) return late;
  const messages = found && 'messages' in found ? found.messages : [];
  const said = messages.find(({ id, expiresAt }) => id === place?.id && expiresAt > now);
  return place && said ? answer(show(place.channel, said)) : absent(name);
}

async function remove(channels: Channels, { name, identity, id: correlationId }: Call) {
  const place = placeOf(name);
  if (!place) return absent(name);
  const { player, roles } = identity;
  const reply = await channels.act(place.channel, {
    player,
    roles,
    correlationId,
    type: 'redact',
    payload: { id: place.id },
  });
  if (!reply.ok) return reply.code === 'no-such-room' ? absent(name) : refuse(refusal(reply.code, reply));
  return answer(success({ name, uid: name, kind: 'messages' }));
}

const absent = (name: string) => refuse(failure(404, `There is no message "${name}".`, { name, kind: 'messages' }));

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
