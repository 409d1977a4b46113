/** Channels that one can talk in: those that the player may read. To delete one is to end its room for everybody. */

import { type Channel, channel, newChannel } from '#schema/resources.ts';
import { LOBBY_CHANNEL } from '#schema/rooms.ts';
import { failure, success } from '#schema/status.ts';
import { EVERYONE, MEMBERS } from '#server/authz/roles.ts';
import { parseBody } from '#server/resources/body.ts';
import { PARLOR } from '#server/resources/group.ts';
import {
  type Answer,
  answer,
  type Call,
  type Declaration,
  head,
  refuse,
  refuseBy,
} from '#server/resources/resource.ts';
import { whole } from '#server/resources/whole.ts';
import type { StoredChannels } from '#server/rooms/stored-channels.ts';
import type { ChannelListing } from '#server/rooms/summaries.ts';

export const channels: Declaration<{ channels: StoredChannels }> = {
  plural: 'channels',
  kind: 'Channel',
  singular: 'channel',
  group: PARLOR,
  storage: 'rows',
  schema: channel,
  creates: newChannel,
  verbs: ['list', 'get', 'create', 'delete'],
  columns: [
    { name: 'Title', type: 'string', cell: ({ spec }: Channel) => spec.title },
    { name: 'Kind', type: 'string', cell: ({ spec }: Channel) => spec.kind },
    { name: 'Readers', type: 'string', cell: ({ spec }: Channel) => spec.readers },
  ],
  asked: { members: 'To join one, and to read what is said there.' },
  rules: [
    { roles: EVERYONE, verbs: ['get', 'list'] },
    { roles: MEMBERS, verbs: ['create'], part: 'members' },
  ],
  serve: ({ channels }, facts) => ({
    ...whole(facts, async ({ identity }) => (await channels.list(identity.player)).map(show)),
    async create({ body }) {
      const parsed = parseBody(newChannel, 'Channel', body);
      if ('refused' in parsed) return refuse(parsed.refused);
      const { metadata, spec } = parsed.value;
      const { title, ttlSeconds } = spec;
      const made = await channels.create({ name: metadata.name, title, ttlMs: ttlSeconds * 1000 });
      if ('refused' in made) return refuseBy({ ...made, field: 'metadata.name' });
      return answer(show(made), 201);
    },
    mayDelete: (call) => kept(channels, call),
    async delete({ name }) {
      const refused = await channels.delete(name);
      return refused ? refuseBy({ refused }) : answer(success({ name, uid: name, kind: 'channels' }));
    },
  }),
};

async function kept(channels: StoredChannels, { name, identity }: Call): Promise<Answer | undefined> {
  const found = (await channels.list(identity.player)).find((one) => one.name === name);
  const about = { name, kind: 'channels' };
  if (!found) return refuse(failure(404, `There is no channel "${name}".`, about));
  if (found.kind === 'match') return refuse(failure(409, 'The channel of a match ends with the match.', about));
  return name === LOBBY_CHANNEL ? refuse(failure(409, 'The channel of the lobby is always there.', about)) : undefined;
}

function show({ name, createdAt, ...spec }: ChannelListing): Channel {
  return { ...head('Channel', name, createdAt), spec };
}
