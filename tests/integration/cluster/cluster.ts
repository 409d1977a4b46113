/** Processes that share a Redis and a database, and an edge in front: the program itself, as `npm run cluster` starts it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freshDatabase } from '#db/testing/engines.ts';
import { renew } from '#server/cluster/lease.ts';
import type { Member } from '#server/cluster/ports.ts';
import { connectRedis } from '#server/cluster/redis.ts';
import { sealOf } from '#server/cluster/registry-seal.ts';
import { parseConfig } from '#server/config.ts';
import { redisStore } from '#server/journal/redis.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';
import { ParlorProcess, type Person } from '#tests/integration/process/parlor.ts';
import { freePort } from '#tests/kill/victim.ts';

const log = createLog('silent');
const ENTRY = 'tests/integration/cluster/process.ts';

export type Cluster = Awaited<ReturnType<typeof startCluster>>;

const METRICS_TOKEN = 'of-the-tests-0123456789';

/** The page of a process. */
export async function metricsOf({ origin }: Pick<ParlorProcess, 'origin'>): Promise<string> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  return (await fetch(`${origin}/metrics`, { headers })).text();
}

export type Added = { root?: string; env?: Record<string, string> };

/** `given`: how many alike, or each of them. */
export async function startCluster(
  given: number | readonly Added[] = 3,
  env: Record<string, string> = {},
  entry = ENTRY,
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-cluster-'));
  const redis: RedisProcess = await startRedis();
  const port = await freePort();
  const shared = {
    REDIS_URL: redis.url,
    DATABASE_URL: await freshDatabase(),
    PARLOR_KEY: randomBytes(32).toString('hex'),
    PARLOR_ORIGIN: `http://localhost:${port}`,
    PARLOR_JOINS_PER_MINUTE: '100000',
    PARLOR_CONNECTIONS_PER_ADDRESS: '10000',
    PARLOR_METRICS_TOKEN: METRICS_TOKEN,
    LOG_LEVEL: 'info',
    ...env,
  };
  const store = await redisStore(redis.url, log);
  const signing = { seal: await sealOf(parseConfig(shared)), now: Date.now };
  const look = await connectRedis(redis.url, 'look', log);
  const rooms: ParlorProcess[] = [];
  const started: ParlorProcess[] = [];

  /** One more process; of another release, and with settings of its own, if told so. */
  async function add({ root = '', env = {} }: Added = {}): Promise<ParlorProcess> {
    const own = { ...shared, PARLOR_TRUSTED_PROXIES: '1', ...env };
    const process = new ParlorProcess({ dataDir, port: await freePort(), entry: join(root, entry), env: own });
    rooms.push(process);
    started.push(process);
    void process.exited.then(() => rooms.splice(rooms.indexOf(process), 1));
    await process.ready();
    return process;
  }

  const edge = new ParlorProcess({ dataDir, port, env: { ...shared, PARLOR_ROLE: 'edge' } });
  await Promise.all([
    edge.ready(),
    ...(typeof given === 'number' ? Array.from({ length: given }, () => ({})) : given).map((one) => add(one)),
  ]);
  await vi
    .waitFor(async () => {
      const { status } = await fetch(`${edge.origin}/parlor.json`);
      if (status !== 200) throw new Error(`the edge knows nobody yet: ${status}`);
    }, 10_000)
    .catch((error) => {
      for (const one of [...started, edge]) console.log(one.origin, one.output.slice(-6000));
      throw error;
    });

  const cluster = {
    redis,
    store,
    edge,
    /** What all of them are told. */
    env: shared,
    /** Those that live; without the edge. */
    rooms,
    add,
    /** What each of them wrote, also of those that are gone. */
    outputs: () => [...started, edge].map(({ output }) => output),
    register: (name: string): Promise<Person> => edge.register(name),

    async members(): Promise<Member[]> {
      const nobody = {
        id: 'look',
        role: 'edge',
        address: '',
        draining: false,
        load: { rooms: 0, clients: 0, lagMs: 0 },
      } as const;
      const { now, rows } = await renew(look, signing, nobody, 0);
      return [...rows.values()].filter(({ until }) => until > now).map(({ member }) => member);
    },
    /** The process that has the room. */
    async ownerOf(room: string): Promise<ParlorProcess> {
      const record = await store.find(room);
      const member = (await cluster.members()).find(({ id }) => id === record?.owner);
      const found = rooms.find(({ origin }) => new URL(origin).port === member?.address.split(':')[1]);
      if (!found) throw new Error(`nobody who lives has ${room}: ${JSON.stringify(record)}`);
      return found;
    },
    /** Everybody has been in touch for long enough to take over what others leave behind. */
    async settled(): Promise<void> {
      for (const process of rooms) {
        await vi.waitFor(
          async () => {
            const page = await metricsOf(process);
            if (!page.includes(`parlor_members ${rooms.length + 1}`) || !page.includes('parlor_may_claim 1'))
              throw new Error(`not settled\n${process.output}`);
          },
          { timeout: 30_000, interval: 50 },
        );
      }
    },
    async close(): Promise<void> {
      if (process.env.DUMP) for (const one of [...started, edge]) console.log(one.origin, one.output.slice(-6000));
      await Promise.all([...rooms, edge].map((process) => process.end('SIGKILL')));
      look.disconnect();
      await store.close();
      await redis.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return cluster;
}
