import { and, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { type Cursor, limitOf, type Page, type PageRequest, toPage } from '#db/page.ts';
import { openOrEmpty, type Sealing } from '#db/sealed.ts';
import { revoke } from '#db/stores/revocations.ts';
import { players } from '#db/tables/players.ts';
import { revocations } from '#db/tables/revocations.ts';
import { sessions } from '#db/tables/sessions.ts';

/** A session. Times are wall ms; `endedAt` is absent while it is live. */
export type Session = {
  session: string;
  player: string;
  /** The player's display name; empty once erased. */
  name: string;
  userAgent: string;
  startedAt: number;
  lastSeenAt: number;
  endedAt?: number;
  endedBy?: string;
  reason?: string;
};

export type Begin = { session: string; player: string; userAgent: string; at: number };
/** `by` is the player who ended it, empty for the system. `reason` is a word such as `logout`. */
export type End = { by: string; reason: string; at: number };

/** Nobody ended it; it was just not seen any more, and comes back to life when it is. */
const LAPSED = 'lapsed';

export type SessionStore = ReturnType<typeof sessionStore>;

export function sessionStore(db: Db, sealing: Sealing) {
  const isLive = sql`(${sessions.endedAt} is null)`;
  const rows = () => db.select().from(sessions).innerJoin(players, eq(players.id, sessions.player));
  type Row = Awaited<ReturnType<typeof rows>>[number];

  const open = ({ sessions: session, players: player }: Row): Session => ({
    session: session.session,
    player: session.player,
    name: openOrEmpty(sealing, player.wrappedKey, `players/${player.id}/name`, player.name),
    userAgent: openOrEmpty(sealing, player.wrappedKey, place(session.session), session.userAgent),
    startedAt: session.startedAt,
    lastSeenAt: session.lastSeenAt,
    ...(session.endedAt !== null && { endedAt: session.endedAt }),
    ...(session.endedBy !== null && { endedBy: session.endedBy }),
    ...(session.reason !== null && { reason: session.reason }),
  });

  const seen = (at: number) => ({
    lastSeenAt: sql`greatest(${sessions.lastSeenAt}, ${sql.param(at, sessions.lastSeenAt)})`,
    endedAt: sql`case when ${sessions.reason} = ${LAPSED} then null else ${sessions.endedAt} end`,
    reason: sql`nullif(${sessions.reason}, ${LAPSED})`,
  });

  const notEnded = or(isNull(sessions.endedAt), eq(sessions.reason, LAPSED));
  // One that lapsed had ended when it was last seen.
  const ending = ({ by, reason, at }: End) => ({
    endedAt: sql`coalesce(${sessions.endedAt}, ${sql.param(at, sessions.endedAt)})`,
    endedBy: by,
    reason,
  });

  return {
    /** The first sight of a session; later ones count as `touch`. The player has signed in before. */
    async begin({ session, player, userAgent, at }: Begin): Promise<void> {
      const [known] = await db.select({ key: players.wrappedKey }).from(players).where(eq(players.id, player));
      const sealed = known?.key ? sealing.sealPersonal(known.key, place(session), userAgent) : null;
      await db
        .insert(sessions)
        .values({ session, player, userAgent: sealed, startedAt: at, lastSeenAt: at })
        .onConflictDoUpdate({ target: sessions.session, set: seen(at) });
    },

    /** Those of these sessions that have begun. */
    async touch(ids: readonly string[], at: number): Promise<string[]> {
      const touched = await db
        .update(sessions)
        .set(seen(at))
        .where(inArray(sessions.session, [...ids]))
        .returning({ session: sessions.session });
      return touched.map(({ session }) => session);
    },

    /**
     * Ends a session and revokes its tokens, also of a session that was never seen here.
     * True when one that was not ended before ended by this.
     */
    async end(session: string, { by, reason, at }: End): Promise<boolean> {
      return db.transaction(async (tx) => {
        await revoke(tx, { kind: 'session', name: session, notBefore: at });
        const ended = await tx
          .update(sessions)
          .set(ending({ by, reason, at }))
          .where(and(eq(sessions.session, session), notEnded))
          .returning({ session: sessions.session });
        return ended.length > 0;
      });
    },

    /** Ends every session of a player and revokes all tokens issued before; returns those that ended by this. */
    async endAll(player: string, { by, reason, at }: End): Promise<string[]> {
      return db.transaction(async (tx) => {
        await revoke(tx, { kind: 'player', name: player, notBefore: at });
        const ended = await tx
          .update(sessions)
          .set(ending({ by, reason, at }))
          .where(and(eq(sessions.player, player), notEnded))
          .returning({ session: sessions.session });
        for (const { session } of ended) await revoke(tx, { kind: 'session', name: session, notBefore: at });
        return ended.map(({ session }) => session);
      });
    },

    /** Closes what was not seen since `before`, as of when it was last seen. Revokes nothing. */
    async lapse(before: number): Promise<number> {
      const lapsed = await db
        .update(sessions)
        .set({ endedAt: sql`${sessions.lastSeenAt}`, reason: LAPSED })
        .where(and(isNull(sessions.endedAt), lt(sessions.lastSeenAt, before)))
        .returning({ session: sessions.session });
      return lapsed.length;
    },

    /** Was this session ended? A lapsed one was not; nor one that was never heard of. */
    async isEnded(session: string): Promise<boolean> {
      const ended = and(eq(revocations.kind, 'session'), eq(revocations.name, session));
      return (await db.select().from(revocations).where(ended).limit(1)).length > 0;
    },

    async get(session: string): Promise<Session | undefined> {
      const [row] = await rows().where(eq(sessions.session, session));
      return row && open(row);
    },

    /** Live ones first, newest first within each; only one player's when named. */
    async list(request: PageRequest & { player?: string } = {}): Promise<Page<Session>> {
      const limit = limitOf(request);
      const found = await rows()
        .where(
          and(
            request.player === undefined ? undefined : eq(sessions.player, request.player),
            request.after && before(request.after),
          ),
        )
        .orderBy(desc(isLive), desc(sessions.startedAt), desc(sessions.session))
        .limit(limit + 1);
      return toPage(found.map(open), limit, (session) => ({
        rank: session.endedAt === undefined ? 1 : 0,
        at: session.startedAt,
        id: session.session,
      }));
    },
  };

  function before({ rank, at, id }: Cursor) {
    const place = sql`(${rank === 1}::boolean, ${sql.param(at, sessions.startedAt)}, ${id})`;
    return sql`(${isLive}, ${sessions.startedAt}, ${sessions.session}) < ${place}`;
  }
}

function place(session: string): string {
  return `sessions/${session}/user-agent`;
}
