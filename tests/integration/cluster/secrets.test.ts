import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Channel } from '#schema/chat.ts';
import { wordsIn } from '#tests/integration/process/scraps.ts';
import { quiet, until, up } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';

quiet();
let cluster: Cluster;
let redis: Redis;
beforeAll(async () => {
  cluster = await startCluster(2);
  redis = new Redis(cluster.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await cluster?.close();
});

const canary = (what: string) => `${what}${randomBytes(9).toString('hex')}`;

it('[P22] no name, text or token is stored in or published through Redis, in any encoding', async () => {
  const [name, text, byRest] = [canary('Nora'), canary('word'), canary('rest')];
  const monitor = await monitored(cluster.redis.url);
  const nora = await cluster.register(name);
  const talk = await nora.open<Channel>('channel-lobby');
  await up(talk as never);
  expect(await talk.submit('post', { text })).toMatchObject({ ok: true });
  const message = { apiVersion: 'parlor.dev/v1', kind: 'Message', spec: { channel: 'lobby', text: byRest } };
  await nora.call('POST', 'messages', message);
  await until(() => talk.state.messages.size === 2);
  const session = talk.room?.sessionId ?? '';
  const reconnection = talk.room?.reconnectionToken.split(':')[1] ?? '';
  expect(reconnection).not.toBe('');
  const [, claims = '', signature = ''] = nora.token.split('.');
  const words = [name, text, byRest, signature, claims.slice(0, 40), reconnection];
  await cluster.settled();

  const found: Record<string, string[]> = {};
  for (const key of await redis.keys('*')) {
    const within = wordsIn(Buffer.concat([Buffer.from(key), ...(await contentOf(key))]), words);
    if (within.length > 0) found[key] = within;
  }
  expect(found).toEqual({});
  const said = monitor.stop();
  expect(said.toString('latin1').split('\n').length).toBeGreaterThan(100);
  expect(wordsIn(said, words)).toEqual([]);
  // The search would find them: what is no secret is there.
  expect(wordsIn(said, ['channel-lobby'])).toEqual(['channel-lobby']);
  expect(session).not.toBe('');
});

/** Everything that is asked of Redis from now on, as MONITOR writes it. A client library may take its first lines for replies. */
async function monitored(url: string): Promise<{ stop(): Buffer }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.write('MONITOR\r\n');
  await until(() => chunks.length > 0);
  return {
    stop() {
      socket.destroy();
      return Buffer.concat(chunks);
    },
  };
}

/** Every value of a key as it is, not as Redis packs it. */
async function contentOf(key: string): Promise<Buffer[]> {
  const kind = await redis.type(key);
  const flat = (value: unknown): Buffer[] =>
    Array.isArray(value) ? value.flatMap(flat) : Buffer.isBuffer(value) ? [value] : [];
  const ask = (...args: string[]) => redis.callBuffer(args[0] as string, ...args.slice(1)) as Promise<unknown>;
  if (kind === 'string') return flat([await ask('GET', key)]);
  if (kind === 'hash') return flat(await ask('HGETALL', key));
  if (kind === 'list') return flat(await ask('LRANGE', key, '0', '-1'));
  if (kind === 'set') return flat(await ask('SMEMBERS', key));
  if (kind === 'zset') return flat(await ask('ZRANGE', key, '0', '-1'));
  if (kind === 'stream') return flat(await ask('XRANGE', key, '-', '+'));
  throw new Error(`nobody looked into a ${kind}`);
}

it('[P22] malformed messages and forged claims in Redis end no process and lose no room', async () => {
  const ada = await cluster.register('Ada');
  const talk = await ada.open<Channel>('channel-lobby');
  await up(talk as never);
  const [owner] = [await cluster.ownerOf('channel-lobby')];
  for (const channel of ['{parlor}:0:claims', '{parlor}:0:gossip', '{parlor}:0:ended']) {
    for (const text of ['', '{', 'null', '[]', '{"room":1}', '{"owner":{},"n":"x"}'])
      await redis.publish(channel, text);
  }
  // A claim that nobody made: the room is in doubt for a moment, and its log says whose it is.
  await redis.publish(
    '{parlor}:0:claims',
    JSON.stringify({ room: 'channel-lobby', owner: 'nobody', epoch: 1_000_000 }),
  );
  await until(() => talk.status === 'live');
  expect(await talk.submit('post', { text: 'still here' })).toMatchObject({ ok: true });
  expect(cluster.rooms).toHaveLength(2);
  expect(await cluster.ownerOf('channel-lobby')).toBe(owner);
});
