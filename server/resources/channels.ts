/** Channels that one can talk in: those that the player may read. */
import { type Channel, channel } from '#schema/resources.ts';
import { EVERYONE, MEMBERS } from '#server/authz/roles.ts';
import { PARLOR } from '#server/resources/group.ts';
import { type Declaration, head } from '#server/resources/resource.ts';
import { whole } from '#server/resources/whole.ts';
import type { ChannelListing } from '#server/rooms/summaries.ts';

export const channels: Declaration<{ channels(player: string): Promise<ChannelListing[]> }> = {
  plural: 'channels',
  kind: 'Channel',
  singular: 'channel',
  group: PARLOR,
  storage: 'rooms',
  schema: channel,
  verbs: ['list', 'get'],
  columns: [{ name: 'Title', type: 'string', cell: ({ spec }: Channel) => spec.title }],
  asked: { members: 'To join one, and to read what is said there.' },
  rules: [
    { roles: EVERYONE, verbs: ['get', 'list'] },
    { roles: MEMBERS, verbs: ['create'], part: 'members' },
  ],
  serve: ({ channels }, facts) => whole(facts, async ({ identity }) => (await channels(identity.player)).map(show)),
};

function show({ name, ...spec }: ChannelListing): Channel {
  return { ...head('Channel', name), spec };
}
