import { pgTable, text } from 'drizzle-orm/pg-core';

/** The keyring of processes that share this database: data keys, wrapped by a key that is not in here. */
export const keyrings = pgTable('keyrings', {
  name: text().primaryKey(),
  content: text().notNull(),
});
