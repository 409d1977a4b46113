import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { NewerDatabase, openDatabase } from '#db/connect.ts';
import { freshDatabase } from '#db/testing/engines.ts';

it('[D14] a database migrated by newer code is refused in a sentence and unchanged', async () => {
  const url = await freshDatabase();
  const migrated: unknown[] = [];
  /** The release before knows less, the next one more. */
  for (const [hash, when] of Object.entries({ before: 1, next: 2 ** 42 })) {
    const { db, close } = await openDatabase(url);
    await db.execute(sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${hash}, ${when})`);
    migrated.push((await db.execute(sql`SELECT hash FROM drizzle.__drizzle_migrations`)).rows.length);
    await close();
  }
  expect(migrated[1]).toBe((migrated[0] as number) + 1);
  const refused = await openDatabase(url).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NewerDatabase);
  // A start shows the sentence alone of an error by this name.
  expect(refused).toMatchObject({
    name: 'DatabaseError',
    message: 'The database was migrated by a newer Parlor. Start that one, or restore a backup from before.',
  });
  const { db, close } = await openDatabase(url, { migrate: false });
  expect((await db.execute(sql`SELECT hash FROM drizzle.__drizzle_migrations`)).rows).toHaveLength(
    migrated[1] as number,
  );
  await close();
});
