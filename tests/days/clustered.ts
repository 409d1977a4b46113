/** Many processes behind an edge, with a Redis and a PostgreSQL of their own. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#scripts/free-port.ts';
import { startPostgres } from '#scripts/postgres.ts';
import { redisStore } from '#server/journal/redis.ts';
import { createLog } from '#server/telemetry/log.ts';
import { startRedis } from '#server/testing/redis.ts';
import { eventually, type Installation, personalKeysAt, UNLIMITED } from '#tests/days/installation.ts';
import { administratorIn, ParlorProcess } from '#tests/integration/process/parlor.ts';
import { THIS_RELEASE } from '#tests/integration/process/release.ts';
import { runScript } from '#tests/integration/process/script.ts';

const PROCESSES = 2;

export async function clustered(): Promise<Installation> {
  await using opened = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-days-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const redis = await startRedis();
  opened.defer(() => redis.stop());
  const postgres = await startPostgres();
  opened.defer(() => postgres.stop());
  const port = await freePort();
  const shared = {
    ...UNLIMITED,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    PARLOR_KEY: randomBytes(32).toString('hex'),
    PARLOR_ORIGIN: `http://localhost:${port}`,
  };
  let root = THIS_RELEASE;
  let wanted = PROCESSES;
  /** One of the first of them says the administrator's password. */
  const started: ParlorProcess[] = [];
  let edge: ParlorProcess | undefined;
  let members: ParlorProcess[] = [];
  opened.defer(async () => {
    await Promise.all([...members, ...(edge ? [edge] : [])].map((one) => one.end('SIGKILL')));
  });
  const over = new AbortController();
  opened.defer(() => over.abort());
  function begin(port: number, more: Record<string, string>): ParlorProcess {
    over.signal.throwIfAborted();
    return new ParlorProcess({ dataDir, port, entry: join(root, 'server/main.ts'), env: { ...shared, ...more } });
  }
  async function add(): Promise<void> {
    const one = begin(await freePort(), { PARLOR_TRUSTED_PROXIES: '1' });
    members.push(one);
    await one.ready();
    started.push(one);
  }
  async function end(one: ParlorProcess, how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { code } = await one.end(how);
    if (how === 'SIGTERM' && code !== 0) throw new Error(`a process ended with ${code}\n${one.output.slice(-2000)}`);
  }

  const kept = opened.move();
  return {
    kind: 'clustered',
    origin: shared.PARLOR_ORIGIN,
    now: Date.now,
    administrator: () => administratorIn(started.map(({ output }) => output).join('')),
    async start() {
      edge = begin(port, { PARLOR_ROLE: 'edge' });
      await Promise.all([edge.ready(), ...Array.from({ length: wanted }, add)]);
      await eventually(async () => {
        const { status } = await fetch(`${shared.PARLOR_ORIGIN}/parlor.json`);
        if (status !== 200) throw new Error(`the edge knows no process: ${status}`);
      });
    },
    async stop(how) {
      wanted = members.length;
      const all = members;
      members = [];
      await Promise.all(all.map((one) => end(one, how)));
      if (edge) await end(edge, how);
    },
    use(release) {
      root = release;
    },
    run: (script, ...words) => runScript(root, script, words, shared, over.signal),
    async quarantine(room) {
      const store = await redisStore(redis.url, createLog('silent'));
      await store.quarantine(room, 'planted');
      await store.close();
    },
    personalKeys: () => personalKeysAt(postgres.url),
    add,
    async remove(how) {
      const [one] = members.splice(0, 1);
      if (one) await end(one, how);
    },
    output: () => [...members, ...(edge ? [edge] : [])].map(({ output }) => output.slice(-2000)).join('\n---\n'),
    close: () => kept.disposeAsync(),
  };
}
