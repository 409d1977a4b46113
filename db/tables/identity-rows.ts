import { bigint, foreignKey, index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, instant } from '#db/columns.ts';

/** The embedded identity provider's rows. All that is readable here is the kind and the times. */
export const identityRows = pgTable(
  'identity_rows',
  {
    kind: text().notNull(),
    idHash: text('id_hash').notNull(),
    /** Unique within its kind: a username, the name of a signing key. */
    keyHash: text('key_hash'),
    uidHash: text('uid_hash'),
    userCodeHash: text('user_code_hash'),
    grantHash: text('grant_hash'),
    accountHash: text('account_hash'),
    payload: bytes().notNull(),
    /** In order of first writing. */
    ordinal: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
    consumedAt: instant('consumed_at'),
    expiresAt: instant('expires_at'),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.idHash] }),
    uniqueIndex('identity_rows_key').on(table.kind, table.keyHash),
    index('identity_rows_uid').on(table.kind, table.uidHash),
    index('identity_rows_user_code').on(table.kind, table.userCodeHash),
    index('identity_rows_grant').on(table.kind, table.grantHash),
    index('identity_rows_account').on(table.kind, table.accountHash),
    index('identity_rows_expiry').on(table.expiresAt),
  ],
);

/** Keys beside the first that no other row of the kind may have; they go with their row. */
export const identityKeys = pgTable(
  'identity_keys',
  {
    kind: text().notNull(),
    keyHash: text('key_hash').notNull(),
    idHash: text('id_hash').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.keyHash] }),
    foreignKey({
      columns: [table.kind, table.idHash],
      foreignColumns: [identityRows.kind, identityRows.idHash],
    }).onDelete('cascade'),
    index('identity_keys_row').on(table.kind, table.idHash),
  ],
);
