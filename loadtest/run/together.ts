/** Several processes and an edge, with a Redis and a PostgreSQL of their own. Whoever is killed is replaced. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '#scripts/postgres.ts';
import { startRedis } from '#server/testing/redis.ts';
import { probeNames } from './probe-names.ts';
import { ParlorProcess } from './process.ts';
import type { Parlors } from './target.ts';

/** A pod is not replaced at once either. What starts here takes a core from those who come back. */
const REPLACED_MS = 3_000;

export async function startTogether(
  env: Record<string, string>,
  port: number,
  probes: number,
  processes: number,
): Promise<Parlors> {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const shared = {
    ...env,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    PARLOR_KEY: randomBytes(32).toString('hex'),
  };
  // Each begins with its share of the probes.
  const start = (place: number) => {
    const own = { PARLOR_ROLE: 'all', PORT: '0', PARLOR_TRUSTED_PROXIES: '1' };
    return new ParlorProcess({ ...shared, ...own, LOAD_PROBES: probeNames(probes, place, processes) });
  };
  const rooms: ParlorProcess[] = [];
  const edge = new ParlorProcess({ ...shared, PARLOR_ROLE: 'edge', PORT: String(port), LOAD_PROBES: '' });

  async function stop(): Promise<void> {
    await Promise.all(rooms.map((one) => one.end('SIGTERM')));
    await edge.end('SIGTERM');
    await Promise.all([redis.stop(), postgres.stop()]);
  }
  try {
    // One after the other: the first makes the tables.
    for (let place = 0; place < processes; place++) {
      const parlor = start(place);
      rooms.push(parlor);
      await parlor.ready;
    }
    await edge.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async kill() {
      await rooms[0]?.end('SIGKILL');
      await pause(REPLACED_MS);
      const next = start(0);
      rooms[0] = next;
      await next.ready;
    },
    output: () => [...rooms, edge].map(({ output }) => output).join(''),
    stop,
  };
}
