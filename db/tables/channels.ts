import { bigint, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/** `match`: the talk of a match, which lives as long as that and has no row. `private` is not made yet. */
export const CHANNEL_KINDS = ['open', 'match', 'private'] as const;

/** Who may read: whose role lets them join, who has a seat in the match, or members by name. */
export const READERS = ['role', 'seats', 'members'] as const;

/** Channels that were made, until they are deleted. What is said there is kept by their rooms. */
export const channels = pgTable('channels', {
  name: text().primaryKey(),
  kind: text({ enum: CHANNEL_KINDS }).notNull(),
  readers: text({ enum: READERS }).notNull(),
  title: text().notNull(),
  /** How long a message lives, at most. */
  ttlMs: bigint('ttl_ms', { mode: 'number' }).notNull(),
  createdAt: instant('created_at').notNull(),
});
