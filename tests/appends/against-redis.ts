/** A trial with a real Redis, the real script and one faulty connection for each of the processes that share it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisStore } from '#server/journal/redis.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { createLog } from '#server/telemetry/log.ts';
import { startRedis } from '#server/testing/redis.ts';
import { patient } from '#tests/chaos/patient.ts';
import { isClean, type Scene } from './judge.ts';
import { Mishaps } from './mishaps.ts';
import { RedisLine } from './redis-line.ts';
import { type Outcome, trial } from './trial.ts';

export type AgainstRedisOptions = {
  seed: number;
  appends: number;
  /** A planted bug: what becomes of the script on its way to Redis. */
  script?(text: string): string;
  /** False shows what the journal makes of a bug that sealing would catch as well. */
  sealing?: boolean;
  signal?: AbortSignal;
  /** What was found, while the journal is still there. */
  wrong?(scene: Scene, outcome: Outcome): Promise<void>;
};

const OWNERS = 4;
const PER_MILLE = 350;

export async function againstRedis({ seed, appends, script, sealing = true, signal, wrong }: AgainstRedisOptions) {
  const redis = await startRedis();
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-appends-'));
  const log = createLog('silent');
  const mishaps = new Mishaps({ seed, perMille: PER_MILLE });
  mishaps.over = true; // until all are connected
  const redisPort = Number(new URL(redis.url).port);
  const line = () => RedisLine.open({ redisPort, mishaps, ...(script && { script }) });
  const lines = await Promise.all(Array.from({ length: OWNERS }, line));
  const stores = await Promise.all([...lines, redis].map(({ url }) => redisStore(url, log)));
  const truth = stores.pop() as (typeof stores)[number];
  mishaps.over = false;
  try {
    const seal = (await openKeyring({ dataDir, key: randomBytes(32), sealing })).journalSeal();
    const options = { seed, mishaps, appends, seal, stores, truth: patient(truth), now: Date.now };
    const ran = await trial({ ...options, ...(signal && { signal }) });
    if (!isClean(ran.outcome)) await wrong?.(ran.scene, ran.outcome);
    return ran;
  } finally {
    for (const line of lines) line.close();
    await Promise.all([...stores, truth].map((store) => store.close()));
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
