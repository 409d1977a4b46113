import { and, asc, desc, eq, exists, inArray, sql } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { type Cursor, limitOf, type Page, type PageRequest, toPage } from '#db/page.ts';
import { matches } from '#db/tables/matches.ts';
import { type RESULTS, seats } from '#db/tables/seats.ts';

/** A finished match as a room hands it on; `journal` and `seq` make it once. Times are wall ms. */
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
  /** `<journal>.<seq>` */
  name: string;
  room: string;
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
          sql`(${seats.journal}, ${seats.seq})`,
          rows.map((row) => sql`(${row.journal}, ${row.seq}::bigint)`),
        ),
      )
      .orderBy(asc(seats.seat));
    return rows.map(({ journal, seq, ...row }) => ({
      name: nameOf(journal, seq),
      ...row,
      seats: taken
        .filter((seat) => seat.journal === journal && seat.seq === seq)
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
          .values(sat.map(({ player, seat }) => ({ journal, seq, seat, player, result: result(outcome, seat) })));
        step('deliver.seats');
      });
      step('deliver.committed');
    },

    async get(name: string): Promise<Match | undefined> {
      const key = parseName(name);
      if (!key) return undefined;
      const rows = await db
        .select()
        .from(matches)
        .where(and(eq(matches.journal, key.journal), eq(matches.seq, key.seq)));
      return (await withSeats(rows))[0];
    },

    /** Last ended first; only one player's, or one game's, when named. */
    async list(request: PageRequest & { player?: string; game?: string } = {}): Promise<Page<Match>> {
      const { player, game, after } = request;
      const limit = limitOf(request);
      const sat = db
        .select({ seat: seats.seat })
        .from(seats)
        .where(and(eq(seats.journal, matches.journal), eq(seats.seq, matches.seq), eq(seats.player, player ?? '')));
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
        .orderBy(desc(matches.endedAt), desc(matches.journal), desc(matches.seq))
        .limit(limit + 1);
      return toPage(await withSeats(rows), limit, (match) => ({ rank: 0, at: match.endedAt, id: match.name }));
    },
  };
}

function result({ winners }: MatchOutcome, seat: number): Result {
  if (winners.length === 0) return 'draw';
  return winners.includes(seat) ? 'win' : 'loss';
}

function nameOf(journal: string, seq: number): string {
  return `${journal}.${seq}`;
}

function parseName(name: string): { journal: string; seq: number } | undefined {
  const [, journal, seq] = /^(.+)\.(\d{1,10})$/.exec(name) ?? [];
  return journal === undefined ? undefined : { journal, seq: Number(seq) };
}

function before(after: Cursor) {
  const { journal, seq } = parseName(after.id) ?? { journal: '', seq: 0 };
  const place = sql`(${sql.param(after.at, matches.endedAt)}, ${journal}, ${seq}::bigint)`;
  return sql`(${matches.endedAt}, ${matches.journal}, ${matches.seq}) < ${place}`;
}
