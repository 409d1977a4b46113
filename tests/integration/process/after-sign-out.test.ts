/** A start reads the liveness that ended before; nothing that it opens later may be needed for that. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startCluster } from '#tests/integration/cluster/cluster.ts';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { freePort } from '#tests/kill/victim.ts';
import { ParlorProcess, Person } from './parlor.ts';

quiet();

type Registers = { register(name: string): Promise<Person> };

/** Ada has signed out, Bea has not; both have been seen by the server. */
async function oneSignedOut(server: Registers) {
  const [ada, bea] = [await server.register('Ada'), await server.register('Bea')];
  for (const person of [ada, bea]) await person.call('GET', 'players/me');
  await ada.signOut();
  await expect(ada.call('GET', 'players/me')).rejects.toThrow('401');
  return async ({ origin }: ParlorProcess) => {
    await expect(new Person(origin, ada.token).call('GET', 'players/me')).rejects.toThrow('401');
    await new Person(origin, bea.token).call('GET', 'players/me');
  };
}

it('[X20] a server whose player signed out restarts after SIGTERM and kill -9, and refuses that session', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-ended-'));
  const port = await freePort();
  let parlor = new ParlorProcess({ dataDir, port });
  onTestFinished(async () => {
    await parlor.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  await parlor.ready();
  const check = await oneSignedOut(parlor);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await parlor.end(signal);
    parlor = new ParlorProcess({ dataDir, port });
    await parlor.ready();
    await check(parlor);
  }
});

it('[X20] a process joins a cluster whose player signed out, and refuses that session', async () => {
  const cluster = await startCluster(1);
  onTestFinished(() => cluster.close());
  const check = await oneSignedOut(cluster);
  await check(await cluster.add());
});
