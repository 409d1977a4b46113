import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openLinks } from '#server/cluster/links.ts';
import { createLog } from '#server/telemetry/log.ts';
import { startRedis } from '#server/testing/redis.ts';

/** In front of a Redis; while it is `rude` it takes every call and hangs up at once. */
async function rudeRelay(port: number) {
  const open = new Set<Socket>();
  const hangUp = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const relay = { rude: false, calls: 0, url: '', hangUp };
  const server = createServer((near) => {
    relay.calls++;
    near.on('error', () => {});
    if (relay.rude) return void near.resetAndDestroy();
    open.add(near);
    const far = connect(port, '127.0.0.1').on('error', () => near.destroy());
    near.on('close', () => {
      open.delete(near);
      far.destroy();
    });
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    relay.hangUp();
    server.close();
    await once(server, 'close');
  });
  relay.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return relay;
}

it('[X14] a connection that breaks during its handshake is dialled again until it holds', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const relay = await rudeRelay(Number(new URL(redis.url).port));
  const links = await openLinks(relay.url, createLog('silent'));
  onTestFinished(() => links.close());
  const heard: string[] = [];
  await links.subscribe('revocationBus', (text) => heard.push(text));
  for (let round = 1; round <= 5; round++) {
    relay.rude = true;
    const before = relay.calls;
    relay.hangUp();
    await vi.waitUntil(() => relay.calls > before + 10, 10_000);
    relay.rude = false;
    await vi.waitUntil(() => links.listening && links.redis.status === 'ready', 5_000);
    await links.publish('revocationBus', `round ${round}`);
    await vi.waitFor(() => expect(heard).toContain(`round ${round}`), 5_000);
  }
});
