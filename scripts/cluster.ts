/** `npm run cluster -- 3`: a Redis, a PostgreSQL, that many processes and an edge, on this machine. Ctrl-C ends all. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#scripts/postgres.ts';
import { told } from '#server/start/failures.ts';
import { startRedis } from '#server/testing/redis.ts';
import { lookBefore } from './cluster/before.ts';
import { line } from './cluster/lines.ts';
import { Running } from './cluster/running.ts';

const PORT = '2567';
const MOST = 20;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function countOf(given: string | undefined): number {
  const count = Number(given ?? 3);
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  say(`How many processes? A whole number from 1 to ${MOST}, as in: npm run cluster -- 3`);
  process.exit(1);
}

const count = countOf(process.argv[2]);
const { PORT: port = PORT } = process.env;
const origin = `http://localhost:${port}`;

/** What was started, in the order in which it is to be stopped: those with rooms, the edge, what all of them use. */
const stops: { first: (() => Promise<unknown>)[]; next: (() => Promise<unknown>)[]; last: (() => Promise<unknown>)[] } =
  { first: [], next: [], last: [] };
let stopping: Promise<void> | undefined;
function stop(): Promise<void> {
  stopping ??= (async () => {
    // The edge holds the clients of those with rooms while there is anybody to go to.
    for (const some of [stops.first, stops.next, stops.last]) await Promise.all(some.map((one) => one()));
  })();
  return stopping;
}
/** What is being started is waited for, or nobody would ever stop it. */
let starting: Promise<unknown> = Promise.resolve();
async function end(code: number): Promise<never> {
  await starting.catch(() => {});
  await stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    end(0).catch(() => process.exit(1));
  });

/** What a process is told by its role. */
const ROOMS = { PARLOR_ROLE: 'all', PORT: '0', PARLOR_TRUSTED_PROXIES: '1' };
const EDGE = { PARLOR_ROLE: 'edge', PORT: port };
const settings = (redisUrl: string, databaseUrl: string, directory: string) => ({
  ...process.env,
  REDIS_URL: redisUrl,
  DATABASE_URL: databaseUrl,
  PARLOR_KEY: randomBytes(32).toString('hex'),
  PARLOR_ORIGIN: origin,
  PARLOR_DATA_DIR: directory,
});

async function begin(): Promise<Running[]> {
  const planned = settings('redis://127.0.0.1', 'postgres://127.0.0.1/postgres', tmpdir());
  await lookBefore({ ...planned, ...EDGE }, { ...planned, ...ROOMS });
  const directory = await mkdtemp(join(tmpdir(), 'parlor-cluster-'));
  stops.last.push(() => rm(directory, { recursive: true, force: true }));
  const begun = await Promise.allSettled([startRedis(), startPostgres()]);
  for (const one of begun) if (one.status === 'fulfilled') stops.last.push(() => one.value.stop());
  const [redis, postgres] = begun;
  if (redis.status === 'rejected') throw redis.reason;
  if (postgres.status === 'rejected') throw postgres.reason;

  const shared = settings(redis.value.url, postgres.value.url, directory);
  const start = (name: string, env: Record<string, string>) =>
    new Running({ ...shared, ...env }, (text) => say(line(name, text)));
  const rooms = Array.from({ length: count }, (_, i) => start(`rooms-${i + 1}`, ROOMS));
  const edge = start('edge', EDGE);
  stops.first.push(...rooms.map((one) => () => one.stop()));
  stops.next.push(() => edge.stop());
  return [...rooms, edge];
}

try {
  const begun = begin();
  starting = begun;
  const all = await begun;
  let open = false;
  const early = all.map(async (one) => {
    const how = await one.ended;
    if (stopping) return;
    if (!open) throw new Error(`A process ended with ${how} before it was open; what it said stands above.`);
    say(line('cluster', `a process has ended (${how}); the others go on`));
  });
  await Promise.race([
    Promise.all(all.map((one) => one.open)),
    ...early.map((one) => one.then(() => new Promise(() => {}))),
  ]);
  open = true;
  for (const one of early) one.catch(() => {});
  say(`\n  ${count} processes and an edge: Parlor is open at ${origin}\n`);
  for (const [i, { pid }] of all.slice(0, count).entries())
    say(`  rooms-${i + 1} is process ${pid}; try: kill -9 ${pid}`);
  say('\n  Ctrl-C ends all, and what they kept.\n');
} catch (error) {
  say(line('cluster', told(error)));
  await end(1);
}
