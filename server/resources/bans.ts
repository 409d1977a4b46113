/** Who is kept out until when. Named like the player; a ban ends by itself, or is deleted. */
import type { BanStore, Ban as Row } from '#db/stores/bans.ts';
import { type Ban, ban, newBan } from '#schema/resources.ts';
import { failure, success } from '#schema/status.ts';
import type { People } from '#server/people/people.ts';
import { parseBody } from '#server/resources/body.ts';
import { PARLOR } from '#server/resources/group.ts';
import {
  answer,
  type Declaration,
  type Handlers,
  head,
  instant,
  list,
  refuse,
  refuseBy,
} from '#server/resources/resource.ts';

export type BansPorts = {
  bans: Pick<BanStore, 'get' | 'list'>;
  people: Pick<People, 'ban' | 'unban'>;
  /** Display names by player. */
  names(players: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export const bans: Declaration<BansPorts> = {
  plural: 'bans',
  kind: 'Ban',
  singular: 'ban',
  group: PARLOR,
  storage: 'rows',
  schema: ban,
  creates: newBan,
  verbs: ['list', 'get', 'create', 'delete'],
  columns: [
    { name: 'Player', type: 'string', cell: ({ spec, status }: Ban) => status.displayName || spec.player },
    { name: 'Ends', type: 'string', cell: ({ spec }: Ban) => spec.endsAt },
    { name: 'Reason', type: 'string', cell: ({ spec }: Ban) => spec.reason },
  ],
  rules: [],
  serve: ({ bans, people, names }) => handlers(bans, people, names),
};

function handlers(bans: BansPorts['bans'], people: BansPorts['people'], names: BansPorts['names']): Handlers {
  async function show(rows: Row[]): Promise<Ban[]> {
    const known = await names(rows.map(({ player }) => player));
    return rows.map(({ player, endsAt, createdAt, createdBy, reason }) => ({
      ...head('Ban', player, createdAt),
      spec: { player, endsAt: instant(endsAt), reason },
      status: { displayName: known.get(player) ?? '', createdBy },
    }));
  }
  const absent = (name: string) => refuse(failure(404, `"${name}" is not banned.`, { name, kind: 'bans' }));

  return {
    async list({ query, now }) {
      const page = await bans.list({ ...query, now });
      return list('Ban', query, { items: await show(page.items), next: page.next });
    },
    async get({ name, now }) {
      const row = await bans.get(name, now);
      return row ? answer((await show([row]))[0] as Ban) : absent(name);
    },
    async create({ identity, body, now }) {
      const parsed = parseBody(newBan, 'Ban', body);
      if ('refused' in parsed) return refuse(parsed.refused);
      const { player, endsAt, reason } = parsed.value.spec;
      const refused = await people.ban(player, Date.parse(endsAt), identity.player, reason);
      if (refused) return refuseBy({ field: 'spec.player', ...refused });
      const row = await bans.get(player, now);
      return row ? answer((await show([row]))[0] as Ban, 201) : absent(player);
    },
    async delete({ name }) {
      return (await people.unban(name)) ? answer(success({ name, uid: name, kind: 'bans' })) : absent(name);
    },
  };
}
