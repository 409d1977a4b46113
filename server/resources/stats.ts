/** Results by player; named like the player. */
import type { PlayerStore } from '#db/stores/players.ts';
import type { PlayerStats, StatsStore } from '#db/stores/stats.ts';
import { type Stat, stat } from '#schema/resources.ts';
import { failure } from '#schema/status.ts';
import { EVERYONE } from '#server/authz/roles.ts';
import { PARLOR } from '#server/resources/group.ts';
import { answer, type Declaration, head, list, refuse } from '#server/resources/resource.ts';

export type StatsPorts = { players: Pick<PlayerStore, 'get' | 'list'>; stats: Pick<StatsStore, 'players'> };

export const stats: Declaration<StatsPorts> = {
  plural: 'stats',
  kind: 'Stat',
  singular: 'stat',
  group: PARLOR,
  storage: 'rows',
  schema: stat,
  verbs: ['list', 'get'],
  columns: [
    { name: 'Player', type: 'string', cell: ({ spec }: Stat) => spec.displayName },
    { name: 'Played', type: 'integer', cell: ({ status }: Stat) => status.played },
    { name: 'Won', type: 'integer', cell: ({ status }: Stat) => status.won },
    { name: 'Lost', type: 'integer', cell: ({ status }: Stat) => status.lost },
    { name: 'Drawn', type: 'integer', cell: ({ status }: Stat) => status.drawn },
  ],
  rules: [{ roles: EVERYONE, verbs: ['get', 'list'] }],
  serve: ({ players, stats }) => ({
    async list({ query }) {
      const page = await players.list(query);
      const found = await stats.players(page.items.map(({ id }) => id));
      const items = page.items.flatMap(({ id, name }) => show(id, name, found.get(id)));
      return list('Stat', query, { items, next: page.next });
    },
    async get({ name }) {
      const row = await players.get(name);
      const [shown] = row ? show(row.id, row.name, (await stats.players([row.id])).get(row.id)) : [];
      return shown ? answer(shown) : refuse(failure(404, `There is no player "${name}".`, { name, kind: 'stats' }));
    },
  }),
};

function show(player: string, displayName: string, stats: PlayerStats | undefined): Stat[] {
  if (!stats) return [];
  const { sessionSeconds: _theirs, ...status } = stats;
  return [{ ...head('Stat', player), spec: { player, displayName }, status }];
}
