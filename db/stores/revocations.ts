import { and, eq, gte, inArray, lt, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '#db/connect.ts';
import { revocations } from '#db/tables/revocations.ts';

export type Revocation = typeof revocations.$inferSelect;

/** A session, and whose it is. */
export type Login = { session: string; player: string };
/** What a token says of itself: its session, and when it was issued (wall ms). */
export type TokenOrigin = Login & { issuedAt: number };

/** A login's revocation refuses all its tokens, a player's those that were issued before. */
export function refuses({ kind, name, notBefore }: Revocation, { session, player, issuedAt }: TokenOrigin): boolean {
  return kind === 'session' ? name === session : name === player && notBefore > issuedAt;
}

export type RevocationStore = ReturnType<typeof revocationStore>;

export function revocationStore(db: Db) {
  return {
    /** Must this token be refused although it has not expired? */
    async isRevoked(origin: TokenOrigin): Promise<boolean> {
      return (await this.concerning([origin])).some((revocation) => refuses(revocation, origin));
    },

    /** Those of any of these sessions and players. */
    async concerning(ids: readonly Login[]): Promise<Revocation[]> {
      const named = (kind: Revocation['kind'], names: string[]) =>
        and(eq(revocations.kind, kind), inArray(revocations.name, [...new Set(names)]));
      const byLogin = named(
        'session',
        ids.map(({ session }) => session),
      );
      const byPlayer = named(
        'player',
        ids.map(({ player }) => player),
      );
      return db.select().from(revocations).where(or(byLogin, byPlayer));
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

/** Refuses, from now on, all tokens of a session, or a player's that were issued before `notBefore`. */
export async function revoke(tx: Tx, revocation: Revocation): Promise<void> {
  await tx
    .insert(revocations)
    .values(revocation)
    .onConflictDoUpdate({
      target: [revocations.kind, revocations.name],
      set: { notBefore: sql`greatest(${revocations.notBefore}, excluded.not_before)` },
    });
}
