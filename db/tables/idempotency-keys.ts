import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/** Requests that were made with an Idempotency-Key, as keyed hashes, and what became of each. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** Of the player, the resource and the key. */
    id: text().primaryKey(),
    /** Of what was asked for. */
    digest: text().notNull(),
    /** The name of what was created; null while that is under way. */
    result: text(),
    at: instant().notNull(),
  },
  (table) => [index('idempotency_keys_age').on(table.at)],
);
