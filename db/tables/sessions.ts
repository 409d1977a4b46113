import { sql } from 'drizzle-orm';
import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from '#db/columns.ts';
import { players } from '#db/tables/players.ts';

/** Logins: one row per OpenID `sid`, from its first token to its end. */
export const sessions = pgTable(
  'sessions',
  {
    session: text().primaryKey(),
    player: text()
      .notNull()
      .references(() => players.id),
    /** Sealed under the player's key. */
    userAgent: bytes('user_agent'),
    startedAt: instant('started_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    endedAt: instant('ended_at'),
    /** The player who ended it; empty when nobody did. */
    endedBy: text('ended_by'),
    reason: text(),
  },
  (table) => [
    index('sessions_live_first').on(sql`(${table.endedAt} is null)`, table.startedAt, table.session),
    index('sessions_by_player').on(table.player, table.startedAt),
  ],
);
