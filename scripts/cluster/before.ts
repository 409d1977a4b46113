/** What `npm run cluster` needs, looked at before anything is started: its settings, its port and its programs. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { missing, TOOLS } from '#scripts/deps.ts';
import type { Environment } from '#scripts/on-path.ts';
import { parseConfig } from '#server/config.ts';
import { StartError, starting } from '#server/start/failures.ts';

/** @throws with a sentence that says what to do. */
export async function lookBefore(edge: Environment, process: Environment): Promise<void> {
  const { host, port } = parseConfig(edge);
  parseConfig(process);
  await starting('port', `Port ${port} of ${host}`, async () => {
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  });
  const absent = missing(
    TOOLS.filter(({ name }) => name === 'Redis' || name === 'PostgreSQL'),
    edge,
  );
  if (absent.length === 0) return;
  const names = absent.map(({ name }) => name).join(' and ');
  const packages = absent.flatMap((tool) => tool.packages).join(' ');
  const install = `sudo apt-get update && sudo apt-get install -y ${packages}`;
  throw new StartError('tool-missing', `A cluster needs ${names}, which cannot be found here; run: ${install}`);
}
