import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from '#db/columns.ts';

/** Who has signed in here. What names a person is sealed under a key that goes when the person goes. */
export const players = pgTable(
  'players',
  {
    /** The pseudonym that logs and states carry. */
    id: text().primaryKey(),
    wrappedKey: bytes('wrapped_key'),
    name: bytes(),
    /** The identity provider's `sub`. */
    subject: bytes(),
    createdAt: instant('created_at').notNull(),
    lastLoginAt: instant('last_login_at').notNull(),
    /** Since when the account is switched off, as far as that happened here: the identity provider decides. */
    disabledAt: instant('disabled_at'),
    erasedAt: instant('erased_at'),
  },
  (table) => [index('players_newest').on(table.createdAt, table.id)],
);
