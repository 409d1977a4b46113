/** The real edge, the real Redis, and a user with the rights that the guide gives. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLinks } from '#server/cluster/links.ts';
import { Membership } from '#server/cluster/members.ts';
import { sealOf } from '#server/cluster/registry-seal.ts';
import { parseConfig } from '#server/config.ts';
import { EDGE_RIGHTS } from '#server/edge/redis-rights.ts';
import { redisStore } from '#server/journal/redis.ts';
import { startParlor } from '#server/parlor.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';

const KEY = 'ab'.repeat(32);
let redis: RedisProcess;
beforeAll(async () => {
  redis = await startRedis(['--user', 'edge', 'on', '>secret', ...EDGE_RIGHTS]);
});
afterAll(() => redis.stop());

const url = () => redis.url.replace('redis://', 'redis://edge:secret@');
const lines: string[] = [];
const log = createLog('info', { write: (line) => void lines.push(line) });

function start() {
  const env = { REDIS_URL: url(), PARLOR_ROLE: 'edge', PARLOR_REGISTRY_KEY: KEY };
  const config = parseConfig({ ...env, PARLOR_ORIGIN: 'http://parlor.test', PORT: '0' });
  return startParlor(config, 'test', { log });
}

it('[P26] an edge works with the rights of the guide, and counts limits together', async () => {
  const store = await redisStore(redis.url, log);
  const links = await openLinks(redis.url, log);
  const members = new Membership({
    links,
    seal: await sealOf(parseConfig({ PARLOR_REGISTRY_KEY: KEY })),
    self: { id: 'm1', role: 'all' },
    leaseMs: 1_500,
    load: () => ({ rooms: 0, clients: 0, lagMs: 0 }),
    find: (room) => store.find(room),
    plain: new Set(),
    log,
  });
  const owner = createServer((_, response) => response.writeHead(418).end()).listen(0, '127.0.0.1');
  await once(owner, 'listening');
  await members.start(`127.0.0.1:${(owner.address() as AddressInfo).port}`);
  const made = await store.create('r1', 'chat', 'j1', 'm1', new Uint8Array([1]));
  expect(made).toMatchObject({ room: 'r1' });
  const edge = await start();
  const open = (path: string) => fetch(`http://127.0.0.1:${edge.port}${path}`, { method: 'POST', body: '{}' });
  expect((await open('/matchmake/joinById/r1')).status).toBe(418);
  const counted = await links.redis.keys('{parlor}:limit:edge-joins:*');
  expect(counted.length).toBe(1);
  expect(lines.filter((line) => /NOPERM|valid signature|connection lost/.test(line))).toEqual([]);
  await edge.close();
  await members.stop();
  links.close();
  await store.close();
  owner.closeAllConnections();
  owner.close();
});

it('[P26] those rights allow reading no log, writing no room and receiving nothing published between processes', async () => {
  const edge = new Redis(url());
  for (const [command, ...args] of [
    ['xrange', '{parlor}:room:r1:j1:log', '-', '+'],
    ['hgetall', '{parlor}:room:r1:j1:snapshot'],
    ['hset', '{parlor}:room:r1:j1:head', 'owner', 'edge'],
    ['eval', "return redis.call('HSET', '{parlor}:room:r1:j1:head', 'owner', 'edge')", '0'],
    ['eval', "return redis.call('XADD', '{parlor}:room:r1:j1:log', '*', 'b', '1')", '0'],
    ['publish', '{parlor}:0:claims', '{}'],
    ['subscribe', '{parlor}:news'],
    ['keys', '*'],
    ['config', 'get', '*'],
    ['acl', 'whoami'],
    ['flushall'],
  ] as [string, ...string[]][])
    expect([command, await edge.call(command, ...args).catch(({ message }) => message)]).toEqual([
      command,
      expect.stringMatching(/NOPERM|No permissions|ACL failure|can't (?:access|run)/i),
    ]);
  edge.disconnect();
});

it.each(EDGE_RIGHTS.filter((right) => /^[+~%&](?!auth|hello|ping|info|select|client|unsubscribe|expire)/.test(right)))(
  '[P26] without %s the edge refuses to start, in one sentence',
  async (right) => {
    const admin = new Redis(redis.url);
    const rest = EDGE_RIGHTS.filter((one) => one !== right);
    await admin.call('acl', 'setuser', 'edge', 'reset', 'on', '>secret', ...rest);
    await expect(start()).rejects.toThrow(/^The Redis user of REDIS_URL lacks a right: .*docs\/guides\/cluster\.md/s);
    await admin.call('acl', 'setuser', 'edge', 'reset', 'on', '>secret', ...EDGE_RIGHTS);
    admin.disconnect();
  },
);

it('[P26] the guide and the chart grant exactly these rights', async () => {
  const guide = await readFile('docs/guides/cluster.md', 'utf8');
  expect(guide).toContain(`user edge on >PASSWORD ${EDGE_RIGHTS.join(' ')}\n`);
  const chart = await readFile('helm/templates/redis/statefulset.yaml', 'utf8');
  const args = /- ">\$\(EDGE_PASSWORD\)"\n((?: +- ".*"\n)+)/.exec(chart)?.[1] ?? '';
  expect([...args.matchAll(/- "(.*)"/g)].map(([, right]) => right)).toEqual(EDGE_RIGHTS);
});
