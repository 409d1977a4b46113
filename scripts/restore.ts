/**
 * `npm run restore -- DIRECTORY`: puts a backup into the data directory, which has to have no data. Reads the same
 * environment as `npm start`.
 */
import { existsSync } from 'node:fs';
import { ask } from '#server/backup/control.ts';
import { restoreBackup } from '#server/backup/restore.ts';
import { readConfig } from '#server/config.ts';

async function main(): Promise<string> {
  const [given = '', ...more] = process.argv.slice(2);
  if (!given || more.length > 0) throw new Error('npm run restore -- DIRECTORY, as npm run backup made it');
  const { dataDir, key, keyFile, cluster } = readConfig();
  if (cluster)
    throw new Error('Many processes keep everything in Redis and PostgreSQL: docs/guides/operate.md says how.');
  if ((await ask(dataDir, 'here', {})) !== undefined)
    throw new Error(`A server runs on ${dataDir}. Stop it, and move its data away.`);
  return restoreBackup(given, dataDir, key !== undefined || existsSync(keyFile));
}

main().then(console.log, (error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
