import { and, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { type Cursor, limitOf, type Page, type PageRequest, toPage } from '#db/page.ts';
import { openOrEmpty, type Sealing } from '#db/sealed.ts';
import { players } from '#db/tables/players.ts';
import { sessions } from '#db/tables/sessions.ts';

/** Times are wall ms. Name and subject are empty once the player was erased. */
export type Player = {
  id: string;
  name: string;
  subject: string;
  createdAt: number;
  lastLoginAt: number;
  disabledAt?: number;
  erasedAt?: number;
};

export type SignIn = { id: string; name: string; subject: string; at: number };

/** An access token lives for less. */
const TOKEN_MS = 10 * 60_000;

export type PlayerStore = ReturnType<typeof playerStore>;

export function playerStore(db: Db, sealing: Sealing) {
  const open = (row: typeof players.$inferSelect): Player => ({
    id: row.id,
    name: openOrEmpty(sealing, row.wrappedKey, place(row.id, 'name'), row.name),
    subject: openOrEmpty(sealing, row.wrappedKey, place(row.id, 'subject'), row.subject),
    createdAt: row.createdAt,
    lastLoginAt: row.lastLoginAt,
    ...(row.disabledAt !== null && { disabledAt: row.disabledAt }),
    ...(row.erasedAt !== null && { erasedAt: row.erasedAt }),
  });

  return {
    /**
     * Creates the player, or brings name and last session up to date. Someone erased begins anew, but not with a token
     * that was on its way while they were erased.
     */
    async signIn({ id, name, subject, at }: SignIn): Promise<void> {
      await db.transaction(async (tx) => {
        const fresh = { id, wrappedKey: sealing.newPlayerKey(id), createdAt: at, lastLoginAt: at };
        await tx.insert(players).values(fresh).onConflictDoNothing();
        const [row] = await tx.select().from(players).where(eq(players.id, id)).for('update');
        if (row?.erasedAt && at - row.erasedAt < TOKEN_MS) return;
        const wrappedKey = row?.wrappedKey ?? fresh.wrappedKey;
        await tx
          .update(players)
          .set({
            wrappedKey,
            name: sealing.sealPersonal(wrappedKey, place(id, 'name'), name),
            subject: sealing.sealPersonal(wrappedKey, place(id, 'subject'), subject),
            lastLoginAt: sql`greatest(${players.lastLoginAt}, ${sql.param(at, players.lastLoginAt)})`,
            disabledAt: null,
            erasedAt: null,
          })
          .where(eq(players.id, id));
      });
    },

    async get(id: string): Promise<Player | undefined> {
      const [row] = await db.select().from(players).where(eq(players.id, id));
      return row && open(row);
    },

    /** Display names by player; who is not known or erased is left out. */
    async names(ids: readonly string[]): Promise<Map<string, string>> {
      if (ids.length === 0) return new Map();
      const rows = await db
        .select()
        .from(players)
        .where(inArray(players.id, [...ids]));
      return new Map(rows.map((row) => [row.id, open(row).name] as const).filter(([, name]) => name !== ''));
    },

    /** Switched off at this moment, or on again. */
    async setDisabled(id: string, at: number | null): Promise<void> {
      await db.update(players).set({ disabledAt: at }).where(eq(players.id, id));
    },

    /** Newest first, without those who were erased. */
    async list(request: PageRequest = {}): Promise<Page<Player>> {
      const limit = limitOf(request);
      const rows = await db
        .select()
        .from(players)
        .where(and(isNull(players.erasedAt), request.after && before(request.after)))
        .orderBy(desc(players.createdAt), desc(players.id))
        .limit(limit + 1);
      return toPage(rows.map(open), limit, (player) => ({ rank: 0, at: player.createdAt, id: player.id }));
    },

    async count(): Promise<number> {
      const [row] = await db.select({ players: count() }).from(players);
      return row?.players ?? 0;
    },

    /** Destroys the player's key, and all that was sealed under it. What names only the pseudonym stays. */
    async erase(id: string, at: number): Promise<boolean> {
      return db.transaction(async (tx) => {
        const erased = await tx
          .update(players)
          .set({ wrappedKey: null, name: null, subject: null, erasedAt: at })
          .where(and(eq(players.id, id), sql`${players.erasedAt} is null`))
          .returning({ id: players.id });
        await tx.update(sessions).set({ userAgent: null }).where(eq(sessions.player, id));
        return erased.length > 0;
      });
    },
  };
}

function place(id: string, column: 'name' | 'subject'): string {
  return `players/${id}/${column}`;
}

function before(after: Cursor) {
  return sql`(${players.createdAt}, ${players.id}) < (${sql.param(after.at, players.createdAt)}, ${after.id})`;
}
