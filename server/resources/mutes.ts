/** Who may not post in a channel until when. The room that holds the channel decides and keeps it. */
import { type Mute, mute, newMute } from '#schema/resources.ts';
import { failure, refusal, success } from '#schema/status.ts';
import { MODERATORS } from '#server/authz/roles.ts';
import { parseBody } from '#server/resources/body.ts';
import { PARLOR } from '#server/resources/group.ts';
import { behind } from '#server/resources/messages.ts';
import { byName } from '#server/resources/pages.ts';
import {
  answer,
  type Call,
  type Declaration,
  type Handlers,
  head,
  instant,
  list,
  refuse,
} from '#server/resources/resource.ts';
import type { Channels } from '#server/rooms/talk.ts';

type Talk = Pick<Channels, 'read' | 'act'>;

export const mutes: Declaration<{ talk: Talk }> = {
  plural: 'mutes',
  kind: 'Mute',
  singular: 'mute',
  group: PARLOR,
  storage: 'room-log',
  schema: mute,
  creates: newMute,
  verbs: ['list', 'get', 'create', 'delete'],
  labels: ['channel'],
  columns: [
    { name: 'Channel', type: 'string', cell: ({ spec }: Mute) => spec.channel },
    { name: 'Player', type: 'string', cell: ({ spec }: Mute) => spec.player },
    { name: 'Ends', type: 'string', cell: ({ spec }: Mute) => spec.endsAt },
  ],
  rules: [{ roles: MODERATORS, verbs: ['get', 'list', 'create', 'delete'] }],
  serve: ({ talk }) => handlers(talk),
};

function handlers(channels: Talk): Handlers {
  async function of(channel: string, { identity, now }: Call): Promise<{ seq: number; items: Mute[] }> {
    const found = await channels.read(channel, identity);
    if ('refused' in found) return { seq: 0, items: [] };
    const mutes = Object.entries(found.mutes).filter(([, endsAt]) => endsAt > now);
    return { seq: found.seq, items: mutes.map(([player, endsAt]) => show(channel, player, endsAt)) };
  }
  const absent = (name: string) => refuse(failure(404, `There is no mute "${name}".`, { name, kind: 'mutes' }));

  return {
    async list(call) {
      const { channel } = call.query.labels;
      if (channel === undefined) {
        const cause = { reason: 'FieldValueRequired', field: 'labelSelector', message: 'channel=<name>' };
        return refuse(failure(400, 'Say which channel: labelSelector=channel=<name>', { causes: [cause] }));
      }
      const found = await of(channel, call);
      const { items, next } = byName(found.items, call.query);
      return behind(found, call.query) ?? list('Mute', call.query, { items, next, resourceVersion: String(found.seq) });
    },
    async get(call) {
      const place = placeOf(call.name);
      const all = place && (await of(place.channel, call));
      const late = all && behind(all, call.query);
      if (late) return late;
      const found = all?.items.find(({ metadata }) => metadata.name === call.name);
      return found ? answer(found) : absent(call.name);
    },
    async create({ identity, body, id: correlationId }) {
      const parsed = parseBody(newMute, 'Mute', body);
      if ('refused' in parsed) return refuse(parsed.refused);
      const { channel, player, endsAt } = parsed.value.spec;
      const payload = { player, endsAt: Date.parse(endsAt) };
      const sender = { player: identity.player, roles: identity.roles, correlationId };
      const reply = await channels.act(channel, { ...sender, type: 'mute', payload });
      if (!reply.ok) {
        const field = reply.code === 'mute-span' ? 'spec.endsAt' : undefined;
        return refuse(refusal(reply.code, { field, retryAfterMs: reply.retryAfterMs }));
      }
      return answer(show(channel, player, payload.endsAt), 201);
    },
    async delete({ name, identity, id: correlationId }) {
      const place = placeOf(name);
      if (!place) return absent(name);
      const sender = { player: identity.player, roles: identity.roles, correlationId };
      const payload = { player: place.player };
      const reply = await channels.act(place.channel, { ...sender, type: 'unmute', payload });
      if (reply.ok) return answer(success({ name, uid: name, kind: 'mutes' }));
      return reply.code === 'no-such-room' || reply.code === 'not-muted' ? absent(name) : refuse(refusal(reply.code));
    },
  };
}

function show(channel: string, player: string, endsAt: number): Mute {
  return { ...head('Mute', `${channel}.${player}`), spec: { channel, player, endsAt: instant(endsAt) } };
}

/** Pseudonyms have no dot. */
function placeOf(name: string): { channel: string; player: string } | undefined {
  const [, channel, player] = /^(.+)\.([^.]+)$/.exec(name) ?? [];
  return channel === undefined || player === undefined ? undefined : { channel, player };
}
