/**
 * `npm run backup -- DIRECTORY`: a copy of everything that one process keeps, but its key, also while it runs.
 * Reads the same environment as `npm start`.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openDatabase } from '#db/connect.ts';
import { makeBackup } from '#server/backup/backup.ts';
import { ask } from '#server/backup/control.ts';
import { readConfig } from '#server/config.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

async function main(): Promise<string> {
  const [given = '', ...more] = process.argv.slice(2);
  if (!given || more.length > 0) throw new Error('npm run backup -- DIRECTORY, one that is not there yet');
  const { dataDir, databaseUrl, cluster } = readConfig();
  if (cluster)
    throw new Error(
      'Many processes keep everything in Redis and PostgreSQL: back those up, docs/guides/operate.md says how.',
    );
  const to = resolve(given);
  const said = await ask(dataDir, 'backup', { to });
  if (said !== undefined) return said;
  await using opened = new AsyncDisposableStack();
  const journal = sqliteStore(join(dataDir, 'journal.sqlite'));
  opened.defer(() => journal.close());
  const database = await openDatabase(databaseUrl, { migrate: false });
  opened.defer(() => database.close());
  return await makeBackup({ dataDir, version, journal: journal.copyTo, database: database.copyTo }, to);
}

main().then(console.log, (error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
