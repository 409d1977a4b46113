/** What docs/guides/operate.md does to back up and restore, with the same programs, on other servers than before. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '#db/testing/engines.ts';
import { findPostgres } from '#scripts/deps.ts';
import { startRedis } from '#server/testing/redis.ts';
import { ParlorProcess, Person } from '#tests/integration/process/parlor.ts';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { freePort } from '#tests/kill/victim.ts';

quiet();
const run = promisify(execFile);
const bin = (name: string) => join(findPostgres() ?? '', name);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parlor-restore-'));
  return () => rm(directory, { recursive: true, force: true });
});

async function redisWith(...options: string[]) {
  const redis = await startRedis(options);
  onTestFinished(redis.stop);
  const ask = (...words: string[]) => run('redis-cli', ['-u', redis.url, ...words]).then(({ stdout }) => stdout);
  return { url: redis.url, ask };
}

type Said = { items: { spec: { text: string } }[] };
const read = async (person: Person) => {
  const { items } = await person.call<Said>('GET', 'messages?labelSelector=channel=lobby');
  return items.map(({ spec }) => spec.text);
};
const post = (person: Person, text: string) =>
  person.call('POST', 'messages', { kind: 'Message', apiVersion: 'parlor.dev/v1', spec: { channel: 'lobby', text } });

it('[P43] a backup of Redis and Postgres, in this order, restores rooms and people on other servers', async () => {
  const port = await freePort();
  const key = randomBytes(32).toString('hex');
  const start = async (redis: string, database: string) => {
    const env = { REDIS_URL: redis, DATABASE_URL: database, PARLOR_KEY: key };
    const parlor = new ParlorProcess({ dataDir: directory, port, env });
    onTestFinished(async () => void (await parlor.end('SIGKILL')));
    await parlor.ready();
    return parlor;
  };

  const redis = await redisWith();
  const database = await freshDatabase();
  const before = await start(redis.url, database);
  const ada = await before.register('Ada');
  await post(ada, 'before the backup');
  await redis.ask('--rdb', join(directory, 'dump.rdb'));
  await run(bin('pg_dump'), ['--format', 'custom', '--file', join(directory, 'postgres.dump'), '--dbname', database]);
  await post(ada, 'after it');
  await before.end('SIGKILL');

  const other = await redisWith('--appendonly', 'no', '--dir', directory);
  await other.ask('config', 'set', 'appendonly', 'yes');
  await vi.waitUntil(
    async () => (await other.ask('info', 'persistence')).includes('aof_rewrite_in_progress:0'),
    20_000,
  );
  const restored = await freshDatabase();
  const words = ['--clean', '--if-exists', '--no-owner', '--dbname', restored, join(directory, 'postgres.dump')];
  await run(bin('pg_restore'), words);

  const after = await start(other.url, restored);
  // Her session, the keys that signed her token and the room are all back.
  const again = new Person(after.origin, ada.token);
  await vi.waitFor(async () => expect(await read(again)).toEqual(['before the backup']), 20_000);
  await post(again, 'and on it goes');
  expect(await read(again)).toEqual(['before the backup', 'and on it goes']);
});
