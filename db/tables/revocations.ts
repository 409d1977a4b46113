import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/**
 * Tokens that are refused although they have not expired: every token of a session, and every token of a
 * player issued before a moment. Apart from sessions, because a session may end that never came by here.
 */
export const revocations = pgTable(
  'revocations',
  {
    kind: text({ enum: ['session', 'player'] }).notNull(),
    name: text().notNull(),
    notBefore: instant('not_before').notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.name] })],
);
