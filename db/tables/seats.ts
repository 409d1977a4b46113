import { bigint, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { matches } from '#db/tables/matches.ts';

export const RESULTS = ['win', 'loss', 'draw'] as const;

/** Who sat where, and how it ended for them. No reference to players: a bot player never signed in. */
export const seats = pgTable(
  'seats',
  {
    journal: text().notNull(),
    seq: bigint({ mode: 'number' }).notNull(),
    seat: integer().notNull(),
    player: text().notNull(),
    result: text({ enum: RESULTS }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.seq, table.seat] }),
    foreignKey({ columns: [table.journal, table.seq], foreignColumns: [matches.journal, matches.seq] }),
    index('seats_by_player').on(table.player, table.result),
  ],
);
