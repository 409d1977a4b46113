/** One PostgreSQL, and a PgBouncer before it, for the whole test run; tests make databases of their own in it. */
import type { TestProject } from 'vitest/node';
import { startPostgres } from '#scripts/postgres.ts';
import { startPgBouncer } from '#tests/setup/pgbouncer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    /** The same server by way of a PgBouncer that gives each transaction another connection. */
    pooledUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  const pooler = await startPgBouncer(postgres.url, 'transaction', 2);
  project.provide('postgresUrl', postgres.url);
  project.provide('pooledUrl', pooler.through(postgres.url));
  return async () => {
    await pooler.stop();
    await postgres.stop();
  };
}
