/** People. Everybody sees names; what one did here is for who may `get players/details`. */
import type { PlayerStore, Player as Row } from '#db/stores/players.ts';
import type { PlayerStats, StatsStore } from '#db/stores/stats.ts';
import { type Player, player } from '#schema/resources.ts';
import { failure } from '#schema/status.ts';
import { answer, type Call, head, instant, list, type Noun, refuse } from '#server/resources/noun.ts';

/** Whoever asks. No pseudonym looks like this. */
const ME = 'me';

export type PlayersPorts = {
  players: Pick<PlayerStore, 'get' | 'list'>;
  stats: Pick<StatsStore, 'players'>;
  /** Who has a connection right now. */
  online(): ReadonlySet<string>;
};

export function playersNoun({ players, stats, online }: PlayersPorts): Noun {
  async function show(rows: Row[], call: Call): Promise<Player[]> {
    if (!call.may('get', 'players', 'details').allowed) return rows.map(nameOnly);
    const played = await stats.players(rows.map(({ id }) => id));
    const here = online();
    return rows.map((row) => ({ ...nameOnly(row), status: details(row, played.get(row.id), here.has(row.id)) }));
  }

  return {
    resource: 'players',
    kind: 'Player',
    schema: player,
    singular: 'player',
    columns: [
      { name: 'Display Name', type: 'string', cell: ({ spec }: Player) => spec.displayName },
      { name: 'Last Login', type: 'string', cell: ({ status }: Player) => status?.lastLogin },
      {
        name: 'Session Seconds',
        type: 'integer',
        cell: ({ status }: Player) => status && Math.round(status.sessionSeconds),
      },
      { name: 'Matches', type: 'integer', cell: ({ status }: Player) => status?.matchesPlayed },
    ],
    async list(call) {
      const page = await players.list(call.query);
      const items = await show(page.items, call);
      return list('Player', { metadata: page.continue === undefined ? {} : { continue: page.continue }, items });
    },
    async get(call) {
      // A browser knows its login, not the pseudonym that states and logs carry.
      const row = await players.get(call.name === ME ? call.identity.player : call.name);
      if (!row) return refuse(failure(404, `There is no player "${call.name}".`, { name: call.name, kind: 'players' }));
      return answer((await show([row], call))[0] as Player);
    },
  };
}

function nameOnly(row: Row): Player {
  return { ...head('Player', row.id, row.createdAt), spec: { displayName: row.name } };
}

function details(row: Row, stats: PlayerStats | undefined, online: boolean): NonNullable<Player['status']> {
  return {
    lastLogin: instant(row.lastLoginAt),
    sessionSeconds: stats?.sessionSeconds ?? 0,
    matchesPlayed: stats?.played ?? 0,
    online,
  };
}
