import { eq } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { keyrings } from '#db/tables/keyrings.ts';

const NAME = 'parlor';

export type KeyringStore = ReturnType<typeof keyringStore>;

/** One text that all processes share. */
export function keyringStore(db: Db) {
  const own = eq(keyrings.name, NAME);
  return {
    async read(): Promise<string | undefined> {
      return (await db.select().from(keyrings).where(own))[0]?.content;
    },
    /** False when there is one already, which stays: of processes that start together one wins. */
    async create(content: string): Promise<boolean> {
      const made = await db.insert(keyrings).values({ name: NAME, content }).onConflictDoNothing().returning();
      return made.length > 0;
    },
    async replace(content: string): Promise<void> {
      await db.update(keyrings).set({ content }).where(own);
    },
  };
}
