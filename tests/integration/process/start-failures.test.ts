/** Every reason for which a start fails that can be made here: the program itself says one sentence, and ends with 1. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { freshDatabase } from '#db/testing/engines.ts';
import { FAILURES } from '#server/start/failures.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';
import { watchForCrash } from '#tests/setup/crashes.ts';
import { type PgBouncer, startPgBouncer } from '#tests/setup/pgbouncer.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SECRET = 'pass-0f-the-test';
/** Root may do anything; without capabilities it is a user like others. */
const AS_A_USER = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all'] : [];

type Case = { env: Record<string, string>; says: RegExp };

let directory: string;
let redis: RedisProcess;
let replica: RedisProcess;
let pooler: PgBouncer;
let taken: Server;
let cases: Record<string, Case>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parlor-start-'));
  await mkdir(join(directory, 'locked'));
  await chmod(join(directory, 'locked'), 0o500);
  await writeFile(join(directory, 'file'), 'not a directory');
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  redis = await startRedis();
  const { host } = new URL(redis.url);
  replica = await startRedis(['--replicaof', '127.0.0.1', new URL(redis.url).port]);
  const admin = new Redis(redis.url);
  await admin.call(
    'ACL',
    'SETUSER',
    'limited',
    'on',
    `>${SECRET}`,
    '~{parlor}*',
    '&{parlor}*',
    '+@all',
    '-@dangerous',
    '+info',
  );
  await admin.call('ACL', 'SETUSER', 'parlor', 'on', `>${SECRET}`, '~*', '&*', '+@all');
  await admin.call('ACL', 'SETUSER', 'default', 'resetpass', `>${SECRET}`);
  admin.disconnect();

  const server = new URL(inject('postgresUrl'));
  const pool = new pg.Pool({ connectionString: server.href, max: 1 });
  const role = `r${process.pid}`;
  await pool.query(`CREATE ROLE ${role}_poor LOGIN`);
  await pool.query(`CREATE ROLE ${role}_none LOGIN CONNECTION LIMIT 0`);
  await pool.query(`CREATE ROLE ${role}_reader LOGIN SUPERUSER`);
  await pool.query(`ALTER ROLE ${role}_reader SET default_transaction_read_only = on`);
  await pool.end();
  pooler = await startPgBouncer(server.href, 'statement');
  const pooled = (url: string | URL) => ({ DATABASE_URL: pooler.through(String(url)) });
  const as = (user: string) => `postgres://${user}@${server.host}${server.pathname}`;

  const port = (taken.address() as AddressInfo).port;
  const own = { DATABASE_URL: await freshDatabase() };
  const shared = { ...own, PARLOR_KEY: 'ab'.repeat(32) };
  cases = {
    'port-taken': { env: { ...own, PORT: String(port) }, says: new RegExp(`${port}.* in use .*PORT`) },
    'port-address': { env: { ...own, HOST: '192.0.2.1' }, says: /192\.0\.2\.1 is no address of this machine.*HOST/ },
    'port-taken (edge)': {
      env: {
        PARLOR_ROLE: 'edge',
        PARLOR_REGISTRY_KEY: 'cd'.repeat(32),
        REDIS_URL: `redis://parlor:${SECRET}@${host}`,
        PORT: String(port),
      },
      says: /in use/,
    },
    'data-rights': {
      env: { PARLOR_DATA_DIR: join(directory, 'locked', 'data') },
      says: /locked\/data cannot be written.*PARLOR_DATA_DIR/,
    },
    'data-not-a-directory': {
      env: { PARLOR_DATA_DIR: join(directory, 'file') },
      says: /file .*not a directory.*PARLOR_DATA_DIR/,
    },
    'database-away': {
      env: { DATABASE_URL: `postgres://u:${SECRET}@127.0.0.1:1/x` },
      says: /127\.0\.0\.1:1\/x does not answer .*DATABASE_URL/,
    },
    'database-unknown-host': {
      env: { DATABASE_URL: `postgres://u:${SECRET}@nowhere.invalid/x` },
      says: /nowhere\.invalid.* not known .*DATABASE_URL/,
    },
    'database-password': {
      env: { DATABASE_URL: as('nobody_of_that_name') },
      says: /refused the user or password in DATABASE_URL/,
    },
    'database-missing': { env: { DATABASE_URL: new URL('/absent', server).href }, says: /no such database .*absent/ },
    'database-rights': { env: { DATABASE_URL: as(`${role}_poor`) }, says: /may not make tables .*grant/ },
    'database-full': { env: { DATABASE_URL: as(`${role}_none`) }, says: /no connection left/ },
    'database-replica': { env: { DATABASE_URL: as(`${role}_reader`) }, says: /read-only, as a replica is/ },
    'database-tls': { env: { DATABASE_URL: `${own.DATABASE_URL}?sslmode=verify-full` }, says: /does not speak TLS/ },
    'database-pool-mode': { env: pooled(server), says: /set pool_mode of PgBouncer to transaction or session/ },
    'database-pooler': {
      env: { DATABASE_URL: `${pooler.through(server.href)}?options=-c%20geqo%3Doff` },
      says: /refuses a parameter .*options.*ignore_startup_parameters of PgBouncer/,
    },
    'database-password (pooler)': { env: pooled(as('nobody_of_that_name')), says: /refused the user or password/ },
    'database-missing (pooler)': { env: pooled(new URL('/absent', server)), says: /no such database .*absent/ },
    'redis-away': {
      env: { ...shared, REDIS_URL: `redis://:${SECRET}@127.0.0.1:1` },
      says: /127\.0\.0\.1:1 does not answer .*REDIS_URL/,
    },
    'redis-unknown-host': {
      env: { ...shared, REDIS_URL: 'redis://nowhere.invalid' },
      says: /nowhere\.invalid.* not known .*REDIS_URL/,
    },
    'redis-password': {
      env: { ...shared, REDIS_URL: `redis://parlor:wrong-${SECRET}@${host}` },
      says: /refused the user or password in REDIS_URL/,
    },
    'redis-no-password': {
      env: { ...shared, REDIS_URL: redis.url },
      says: /asks for a password: write it into REDIS_URL/,
    },
    'redis-rights': {
      env: { ...shared, REDIS_URL: `redis://limited:${SECRET}@${host}` },
      says: /lacks a right .*NOPERM.*roomcaches/,
    },
  };
});
afterAll(async () => {
  taken?.close();
  await pooler?.stop();
  await replica?.stop();
  await redis?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
});

async function start(env: Record<string, string>): Promise<{ code: number | null; errors: string; output: string }> {
  const [program = process.execPath, ...given] = [...AS_A_USER, process.execPath, join(ROOT, 'server/main.ts')];
  const child = spawn(program, given, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      PARLOR_ORIGIN: 'http://localhost:2567',
      PARLOR_DATA_DIR: await mkdtemp(join(directory, 'data-')),
      ...env,
    },
  });
  watchForCrash(child);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, errors, output };
}

/** Made by hand alone, or in the test of what is asked of Redis. */
const ELSEWHERE = ['port-rights', 'data-read-only', 'data-full'];

it('[F31] a start that fails says what to do in one sentence, shows no secret and no stack, and ends with 1', async () => {
  const names = Object.keys(cases);
  expect([...new Set([...names, ...ELSEWHERE])]).toEqual(expect.arrayContaining([...FAILURES]));
  const left = [...names];
  const wrong: Record<string, unknown> = {};
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const { env, says } = cases[name] as Case;
      const { code, errors, output } = await start(env);
      const lines = errors.trim().split('\n');
      const fine = code === 1 && lines.length === 1 && says.test(lines[0] ?? '');
      if (!fine || /(^|\\n)\s+at /m.test(output + errors) || (output + errors).includes(SECRET))
        wrong[name] = { code, errors, output: output.slice(-1_500) };
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(wrong).toEqual({});
}, 300_000);
