import { and, desc, eq, gt, lte, sql } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { type Cursor, limitOf, type Page, type PageRequest, toPage } from '#db/page.ts';
import { bans } from '#db/tables/bans.ts';

/** Times are wall ms. */
export type Ban = typeof bans.$inferSelect;

export type BanStore = ReturnType<typeof banStore>;

/** A ban ends by itself: one whose time is up is not there, whether or not its row is swept. */
export function banStore(db: Db) {
  return {
    /** False when the player is banned already. */
    async create(ban: Ban): Promise<boolean> {
      const { endsAt, createdAt, createdBy, reason } = ban;
      const made = await db
        .insert(bans)
        .values(ban)
        .onConflictDoUpdate({
          target: bans.player,
          set: { endsAt, createdAt, createdBy, reason },
          setWhere: lte(bans.endsAt, sql.param(createdAt, bans.endsAt)),
        })
        .returning();
      return made.length > 0;
    },

    async get(player: string, now: number): Promise<Ban | undefined> {
      const [row] = await db
        .select()
        .from(bans)
        .where(and(eq(bans.player, player), gt(bans.endsAt, now)));
      return row;
    },

    async all(now: number): Promise<Ban[]> {
      return db.select().from(bans).where(gt(bans.endsAt, now));
    },

    /** The newest first. */
    async list(request: PageRequest & { now: number }): Promise<Page<Ban>> {
      const limit = limitOf(request);
      const rows = await db
        .select()
        .from(bans)
        .where(and(gt(bans.endsAt, request.now), request.after && before(request.after)))
        .orderBy(desc(bans.createdAt), desc(bans.player))
        .limit(limit + 1);
      return toPage(rows, limit, ({ createdAt, player }) => ({ rank: 0, at: createdAt, id: player }));
    },

    async delete(player: string): Promise<boolean> {
      return (await db.delete(bans).where(eq(bans.player, player)).returning()).length > 0;
    },

    async forget(now: number): Promise<void> {
      await db.delete(bans).where(lte(bans.endsAt, now));
    },
  };
}

function before({ at, id }: Cursor) {
  return sql`(${bans.createdAt}, ${bans.player}) < (${sql.param(at, bans.createdAt)}, ${id})`;
}
