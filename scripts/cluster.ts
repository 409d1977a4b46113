/** `npm run cluster -- 3`: a Redis, a PostgreSQL, that many processes and an edge, on this machine. Ctrl-C ends all. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#scripts/postgres.ts';
import { startRedis } from '#server/testing/redis.ts';
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
const directory = await mkdtemp(join(tmpdir(), 'parlor-cluster-'));
const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);

const shared = {
  ...process.env,
  REDIS_URL: redis.url,
  DATABASE_URL: postgres.url,
  PARLOR_KEY: randomBytes(32).toString('hex'),
  PARLOR_ORIGIN: origin,
  PARLOR_DATA_DIR: directory,
};
const show = (name: string) => (text: string) => say(line(name, text));
const start = (name: string, env: Record<string, string>) => new Running({ ...shared, ...env }, show(name));
const rooms = Array.from({ length: count }, (_, i) =>
  start(`rooms-${i + 1}`, { PARLOR_ROLE: 'all', PORT: '0', PARLOR_TRUSTED_PROXIES: '1' }),
);
const edge = start('edge', { PARLOR_ROLE: 'edge', PORT: port });
const all = [...rooms, edge];

let stopping: Promise<void> | undefined;
function stop(): Promise<void> {
  stopping ??= (async () => {
    // Those with rooms first: the edge holds their clients while there is anybody to go to.
    await Promise.all(rooms.map((one) => one.stop()));
    await edge.stop();
    await Promise.all([redis.stop(), postgres.stop()]);
    await rm(directory, { recursive: true, force: true });
  })();
  return stopping;
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop().then(() => process.exit(0)));
for (const one of all) {
  void one.ended.then((end) => {
    if (!stopping) say(line('cluster', `a process has ended (${end}); the others go on`));
  });
}

await Promise.all(all.map((one) => one.open));
say(`\n  ${count} processes and an edge: Parlor is open at ${origin}\n`);
for (const [i, { pid }] of rooms.entries()) say(`  rooms-${i + 1} is process ${pid}; try: kill -9 ${pid}`);
say('\n  Ctrl-C ends all, and what they kept.\n');
