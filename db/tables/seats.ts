import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { matches } from '#db/tables/matches.ts';

export const RESULTS = ['win', 'loss', 'draw'] as const;

/** Who sat where, and how it ended for them. No reference to players: a bot player never signed in. */
export const seats = pgTable(
  'seats',
  {
    room: text()
      .notNull()
      .references(() => matches.room),
    seat: integer().notNull(),
    player: text().notNull(),
    result: text({ enum: RESULTS }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.room, table.seat] }),
    index('seats_by_player').on(table.player, table.result),
  ],
);
