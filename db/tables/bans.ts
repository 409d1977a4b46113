import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';
import { BAN_REASONS } from '#schema/resources.ts';

/** Players whose tokens are refused until a moment. Pseudonyms only. */
export const bans = pgTable(
  'bans',
  {
    player: text().primaryKey(),
    endsAt: instant('ends_at').notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    reason: text({ enum: BAN_REASONS }).notNull().default('other'),
  },
  (table) => [index('bans_newest').on(table.createdAt, table.player)],
);
