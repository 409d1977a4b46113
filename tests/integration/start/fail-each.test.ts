import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase } from '#db/testing/engines.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';
import { freePort } from '#tests/kill/victim.ts';

/** Some twenty starts, one after the other. */
const PATIENCE_MS = 300_000;
const PROGRAM = join(import.meta.dirname, 'fail-each.ts');

let redis: RedisProcess;
let dataDir: string;
let shared: Record<string, string>;

beforeAll(async () => {
  [redis, dataDir] = await Promise.all([startRedis(), mkdtemp(join(tmpdir(), 'parlor-each-'))]);
  const key = randomBytes(32).toString('hex');
  shared = { REDIS_URL: redis.url, DATABASE_URL: await freshDatabase(), PARLOR_KEY: key };
});
afterAll(async () => {
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** The steps of a start that were made to fail, and what any of them left. */
async function failEach(env: Record<string, string>) {
  const { PATH = '' } = process.env;
  const own = { PATH, NODE_ENV: 'test', PARLOR_DATA_DIR: dataDir, PORT: String(await freePort()), ...env };
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', PROGRAM], { env: own });
  const report = JSON.parse(stdout) as { step: string; left: string[] }[];
  return { steps: report.length, left: report.filter(({ left }) => left.length > 0) };
}

it.for([
  ['one process', () => ({}), 12],
  ['one of many', () => shared, 18],
  ['an edge', () => ({ ...shared, PARLOR_ROLE: 'edge' }), 6],
] as const)(
  '[X28] a start that fails after any of its steps, and a stop, leave nothing open: %s',
  { timeout: PATIENCE_MS },
  async ([, env, atLeast]) => {
    const { steps, left } = await failEach(env());
    expect(left).toEqual([]);
    expect(steps).toBeGreaterThanOrEqual(atLeast);
  },
);
