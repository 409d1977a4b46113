import { and, eq, gt, gte, lt, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '#db/connect.ts';
import { revocations } from '#db/tables/revocations.ts';

export type Revocation = typeof revocations.$inferSelect;

/** What a token says of itself: its login, whose it is, and when it was issued (wall ms). */
export type TokenOrigin = { login: string; player: string; issuedAt: number };

export type RevocationStore = ReturnType<typeof revocationStore>;

export function revocationStore(db: Db) {
  return {
    /** Must this token be refused although it has not expired? */
    async isRevoked({ login, player, issuedAt }: TokenOrigin): Promise<boolean> {
      const byLogin = and(eq(revocations.kind, 'login'), eq(revocations.name, login));
      const byPlayer = and(
        eq(revocations.kind, 'player'),
        eq(revocations.name, player),
        gt(revocations.notBefore, issuedAt),
      );
      const found = await db.select().from(revocations).where(or(byLogin, byPlayer)).limit(1);
      return found.length > 0;
    },

    /** All of them since a moment; to fill a cache at start. */
    async since(moment: number): Promise<Revocation[]> {
      return db.select().from(revocations).where(gte(revocations.notBefore, moment)).orderBy(revocations.notBefore);
    },

    /** Those from before a moment: every token that they refuse has expired since. */
    async forget(moment: number): Promise<void> {
      await db.delete(revocations).where(lt(revocations.notBefore, moment));
    },
  };
}

/** Refuses, from now on, all tokens of a login, or a player's that were issued before `notBefore`. */
export async function revoke(tx: Tx, revocation: Revocation): Promise<void> {
  await tx
    .insert(revocations)
    .values(revocation)
    .onConflictDoUpdate({
      target: [revocations.kind, revocations.name],
      set: { notBefore: sql`greatest(${revocations.notBefore}, excluded.not_before)` },
    });
}
