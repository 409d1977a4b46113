import { and, eq, lt } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { idempotencyKeys } from '#db/tables/idempotency-keys.ts';

/** A request that is under way for longer died with its process, and may be made again. */
const STALE_MS = 30_000;

/** `first`: nobody made this request before, or it came to nothing. `result` is absent while it is under way. */
export type Claimed = { first: true } | { first: false; digest: string; result?: string };

export type IdempotencyStore = ReturnType<typeof idempotencyStore>;

export function idempotencyStore(db: Db) {
  const own = (id: string) => eq(idempotencyKeys.id, id);
  return {
    async claim(id: string, digest: string, at: number): Promise<Claimed> {
      const made = await db.insert(idempotencyKeys).values({ id, digest, at }).onConflictDoNothing().returning();
      if (made.length > 0) return { first: true };
      const [row] = await db.select().from(idempotencyKeys).where(own(id));
      if (!row) return this.claim(id, digest, at);
      if (row.result !== null) return { first: false, digest: row.digest, result: row.result };
      if (row.digest !== digest || at - row.at < STALE_MS) return { first: false, digest: row.digest };
      const taken = await db
        .update(idempotencyKeys)
        .set({ at })
        .where(and(own(id), eq(idempotencyKeys.at, row.at)))
        .returning();
      return taken.length > 0 ? { first: true } : { first: false, digest };
    },

    async settle(id: string, result: string): Promise<void> {
      await db.update(idempotencyKeys).set({ result }).where(own(id));
    },

    /** The request was refused: the key is free again. */
    async release(id: string): Promise<void> {
      await db.delete(idempotencyKeys).where(own(id));
    },

    async forget(before: number): Promise<void> {
      await db.delete(idempotencyKeys).where(lt(idempotencyKeys.at, before));
    },
  };
}
