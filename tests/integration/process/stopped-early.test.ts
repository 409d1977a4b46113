import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { freePort } from '#tests/kill/victim.ts';
import { ParlorProcess } from './parlor.ts';

async function begin(env: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-early-'));
  const parlor = new ParlorProcess({ dataDir, port: await freePort(), env });
  onTestFinished(async () => {
    parlor.signal('SIGKILL');
    await parlor.exited;
    await rm(dataDir, { recursive: true, force: true });
  });
  return parlor;
}

it('[X18] a process told to stop at its first answer exits with 0', async () => {
  const parlor = await begin();
  const alive = () =>
    fetch(`${parlor.origin}/healthz`).then(
      () => true,
      () => false,
    );
  await parlor.alive(vi.waitUntil(alive, { timeout: 60_000, interval: 1 }));
  expect(await parlor.end('SIGTERM'), parlor.output).toMatchObject({ code: 0 });
});

it('[X18] a process told to stop while it waits for a silent Redis exits with 0', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const dialled = once(silent, 'connection');
  const { port } = silent.address() as { port: number };
  const parlor = await begin({
    REDIS_URL: `redis://127.0.0.1:${port}`,
    PARLOR_ROLE: 'edge',
    PARLOR_REGISTRY_KEY: 'ab'.repeat(32),
  });
  await parlor.alive(dialled);
  expect(await parlor.end('SIGTERM'), parlor.output).toMatchObject({ code: 0 });
});
