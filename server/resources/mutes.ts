/** Who may not post in a channel until when. The room that holds the channel decides and keeps it. */
import { type Mute, mute, newMute } from '#schema/resources.ts';
import { failure, refusal, success } from '#schema/status.ts';
import { parseBody } from '#server/resources/body.ts';
import { byName } from '#server/resources/pages.ts';
import { answer, type Call, head, instant, list, type Resource, refuse } from '#server/resources/resource.ts';
import type { Channels } from '#server/rooms/talk.ts';

export function mutesResource(channels: Pick<Channels, 'read' | 'act'>): Resource {
  async function of(channel: string, { identity, now }: Call): Promise<Mute[]> {
    const found = await channels.read(channel, identity);
    if ('refused' in found) return [];
    const mutes = Object.entries(found.mutes).filter(([, endsAt]) => endsAt > now);
    return mutes.map(([player, endsAt]) => show(channel, player, endsAt));
  }
  const absent = (name: string) => refuse(failure(404, `There is no mute "${name}".`, { name, kind: 'mutes' }));

  return {
    resource: 'mutes',
    kind: 'Mute',
    schema: mute,
    singular: 'mute',
    labels: ['channel'],
    columns: [
      { name: 'Channel', type: 'string', cell: ({ spec }: Mute) => spec.channel },
      { name: 'Player', type: 'string', cell: ({ spec }: Mute) => spec.player },
      { name: 'Ends', type: 'string', cell: ({ spec }: Mute) => spec.endsAt },
    ],
    async list(call) {
      const { channel } = call.query.labels;
      if (channel === undefined) {
        const cause = { reason: 'FieldValueRequired', field: 'labelSelector', message: 'channel=<name>' };
        return refuse(failure(400, 'Say which channel: labelSelector=channel=<name>', { causes: [cause] }));
      }
      return list('Mute', call.query, byName(await of(channel, call), call.query));
    },
    async get(call) {
      const place = placeOf(call.name);
      const all = place ? await of(place.channel, call) : [];
      const found = all.find(({ metadata }) => metadata.name === call.name);
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
