import { count, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { matches } from '#db/tables/matches.ts';
import { players } from '#db/tables/players.ts';
import { seats } from '#db/tables/seats.ts';
import { sessions } from '#db/tables/sessions.ts';

export type Score = { played: number; won: number; lost: number; drawn: number };
/** `sessionSeconds` counts each session from its start to its end, or to when it was last seen. */
export type PlayerStats = Score & { games: Record<string, Score>; sessionSeconds: number };
export type Totals = { players: number; sessions: number; liveSessions: number; matches: Record<string, number> };

export type StatsStore = ReturnType<typeof statsStore>;

export function statsStore(db: Db) {
  return {
    /** Everyone asked for has an entry; zeros for who never played. */
    async players(ids: readonly string[]): Promise<Map<string, PlayerStats>> {
      const stats = new Map(ids.map((id) => [id, { ...nothing(), games: {}, sessionSeconds: 0 } as PlayerStats]));
      if (ids.length === 0) return stats;
      const scores = await db
        .select({
          player: seats.player,
          game: matches.game,
          played: count(),
          won: count(sql`case when ${seats.result} = 'win' then 1 end`),
          lost: count(sql`case when ${seats.result} = 'loss' then 1 end`),
          drawn: count(sql`case when ${seats.result} = 'draw' then 1 end`),
        })
        .from(seats)
        .innerJoin(matches, eq(matches.room, seats.room))
        .where(inArray(seats.player, [...ids]))
        .groupBy(seats.player, matches.game);
      for (const { player, game, ...score } of scores) {
        const entry = stats.get(player);
        if (!entry) continue;
        entry.games[game] = score;
        for (const key of ['played', 'won', 'lost', 'drawn'] as const) entry[key] += score[key];
      }
      const spans = await db
        .select({ player: sessions.player, seconds: seconds.mapWith(Number) })
        .from(sessions)
        .where(inArray(sessions.player, [...ids]))
        .groupBy(sessions.player);
      for (const span of spans) {
        const entry = stats.get(span.player);
        if (entry) entry.sessionSeconds = span.seconds;
      }
      return stats;
    },

    async totals(): Promise<Totals> {
      const [known] = await db.select({ players: count() }).from(players);
      const [counted] = await db
        .select({ all: count(), live: count(sql`case when ${sessions.endedAt} is null then 1 end`) })
        .from(sessions);
      const byGame = await db.select({ game: matches.game, played: count() }).from(matches).groupBy(matches.game);
      return {
        players: known?.players ?? 0,
        sessions: counted?.all ?? 0,
        liveSessions: counted?.live ?? 0,
        matches: Object.fromEntries(byGame.map(({ game, played }) => [game, played])),
      };
    },
  };
}

const seconds = sql`sum(extract(epoch from coalesce(${sessions.endedAt}, ${sessions.lastSeenAt}) - ${sessions.startedAt}))`;

function nothing(): Score {
  return { played: 0, won: 0, lost: 0, drawn: 0 };
}
