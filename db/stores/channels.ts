import { asc, eq } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import { channels } from '#db/tables/channels.ts';

/** Times are wall ms. */
export type Channel = typeof channels.$inferSelect;

export type ChannelStore = ReturnType<typeof channelStore>;

export function channelStore(db: Db) {
  return {
    /** False when there is one of that name. */
    async create(channel: Channel): Promise<boolean> {
      return (await db.insert(channels).values(channel).onConflictDoNothing().returning()).length > 0;
    },

    async get(name: string): Promise<Channel | undefined> {
      const [row] = await db.select().from(channels).where(eq(channels.name, name));
      return row;
    },

    /** By name. There are few: administrators make them. */
    async all(): Promise<Channel[]> {
      return db.select().from(channels).orderBy(asc(channels.name));
    },

    async delete(name: string): Promise<boolean> {
      return (await db.delete(channels).where(eq(channels.name, name)).returning()).length > 0;
    },
  };
}
