import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/** Finished matches. The key is where the outcome stands in its room's log, so it can land only once. */
export const matches = pgTable(
  'matches',
  {
    journal: text().notNull(),
    seq: bigint({ mode: 'number' }).notNull(),
    room: text().notNull(),
    game: text().notNull(),
    ending: text().notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.seq] }),
    index('matches_newest').on(table.endedAt, table.journal, table.seq),
  ],
);
