import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/** Finished matches. A match is its room: one outcome of it lands, once. `journal` and `seq` are where that stands in the log. */
export const matches = pgTable(
  'matches',
  {
    room: text().primaryKey(),
    journal: text().notNull(),
    seq: bigint({ mode: 'number' }).notNull(),
    game: text().notNull(),
    ending: text().notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at').notNull(),
  },
  (table) => [index('matches_newest').on(table.endedAt, table.room)],
);
