/** Parlor as many processes behind an edge, with a Redis and a PostgreSQL of their own. */
import { buildClient } from '#scripts/build-client.ts';
import type { ParlorProcess } from '#tests/e2e/parlor.ts';
import { startCluster } from '#tests/integration/cluster/cluster.ts';
import { administratorIn } from '#tests/integration/process/parlor.ts';

/** What is asked of it is asked through the edge. `kill` takes whoever has the room; `start` puts another in its place. */
export async function startParlorCluster(count = 3): Promise<ParlorProcess> {
  await buildClient();
  const limits = { PARLOR_LOGINS_PER_MINUTE: '1000', PARLOR_REQUESTS_PER_MINUTE: '10000' };
  const cluster = await startCluster(count, limits, 'server/main.ts');
  const output = () => cluster.outputs().join('\n');
  const administrator = administratorIn(output());
  await cluster.settled();
  return {
    origin: cluster.edge.origin,
    administrator,
    output,
    async kill(room = 'channel-lobby') {
      await (await cluster.ownerOf(room)).end('SIGKILL');
    },
    start: async () => void (await cluster.add()),
    stop: () => cluster.close(),
  };
}
