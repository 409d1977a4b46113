import { and, asc, desc, eq, exists, inArray, sql } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { type Cursor, limitOf, type Page, type PageRequest, toPage } from '#db/page.ts';
import { matches } from '#db/tables/matches.ts';
import { type RESULTS, seats } from '#db/tables/seats.ts';

/** A finished match as a room hands it on; its room makes it once. Times are wall ms. */
export type MatchOutcome = {
  journal: string;
  seq: number;
  room: string;
  game: string;
  /** Pseudonyms by seat; `''` where nobody sat, which is no result of anybody. */
  players: string[];
  /** Winning seats; none is a draw. */
  winners: number[];
  ending: string;
  startedAt: number;
  endedAt: number;
};

export type Result = (typeof RESULTS)[number];

export type Match = {
  /** Also the name of the match. */
  room: string;
  journal: string;
  seq: number;
  game: string;
  ending: string;
  startedAt: number;
  endedAt: number;
  seats: { seat: number; player: string; result: Result }[];
};

export type MatchStore = ReturnType<typeof matchStore>;

/** `step` is called between the steps of a delivery; the kill tests die there. */
export function matchStore(db: Db, step: (name: string) => void = () => {}) {
  async function withSeats(rows: (typeof matches.$inferSelect)[]): Promise<Match[]> {
    if (rows.length === 0) return [];
    const taken = await db
      .select()
      .from(seats)
      .where(
        inArray(
          seats.room,
          rows.map(({ room }) => room),
        ),
      )
      .orderBy(asc(seats.seat));
    return rows.map((row) => ({
      ...row,
      seats: taken
        .filter(({ room }) => room === row.room)
        .map(({ seat, player, result }) => ({ seat, player, result })),
    }));
  }

  return {
    /** Resolves once it is durable. Delivering the same outcome again changes nothing. */
    async deliver(outcome: MatchOutcome): Promise<void> {
      const { journal, seq, room, game, ending, startedAt, endedAt } = outcome;
      await db.transaction(async (tx) => {
        step('deliver.begun');
        const [first] = await tx
          .insert(matches)
          .values({ journal, seq, room, game, ending, startedAt, endedAt })
          .onConflictDoNothing()
          .returning();
        step('deliver.match');
        const sat = outcome.players.flatMap((player, seat) => (player === '' ? [] : { player, seat }));
        if (!first || sat.length === 0) return;
        await tx
          .insert(seats)
          .values(sat.map(({ player, seat }) => ({ room, seat, player, result: result(outcome, seat) })));
        step('deliver.seats');
      });
      step('deliver.committed');
    },

    async get(room: string): Promise<Match | undefined> {
      const rows = await db.select().from(matches).where(eq(matches.room, room));
      return (await withSeats(rows))[0];
    },

    /** Last ended first; only one player's, or one game's, when named. */
    async list(request: PageRequest & { player?: string; game?: string } = {}): Promise<Page<Match>> {
      const { player, game, after } = request;
      const limit = limitOf(request);
      const sat = db
        .select({ seat: seats.seat })
        .from(seats)
        .where(and(eq(seats.room, matches.room), eq(seats.player, player ?? '')));
      const rows = await db
        .select()
        .from(matches)
        .where(
          and(
            player === undefined ? undefined : exists(sat),
            game === undefined ? undefined : eq(matches.game, game),
            after && before(after),
          ),
        )
        .orderBy(desc(matches.endedAt), desc(matches.room))
        .limit(limit + 1);
      return toPage(await withSeats(rows), limit, (match) => ({ rank: 0, at: match.endedAt, id: match.room }));
    },
  };
}

function result({ winners }: MatchOutcome, seat: number): Result {
  if (winners.length === 0) return 'draw';
  return winners.includes(seat) ? 'win' : 'loss';
}

function before({ at, id }: Cursor) {
  return sql`(${matches.endedAt}, ${matches.room}) < (${sql.param(at, matches.endedAt)}, ${id})`;
}
