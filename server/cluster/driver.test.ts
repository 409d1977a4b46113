import { type IRoomCache, initializeRoomCache } from '@colyseus/core';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { FencedDriver } from '#server/cluster/driver.ts';
import { connectRedis } from '#server/cluster/redis.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';

let server: RedisProcess;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(server.url, 'test', createLog('silent'));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => redis.flushall());

/** A process's view of the list; `epochs` are those of its claims. */
function process(processId: string, epochs: Record<string, number>) {
  const driver = new FencedDriver({ redis, epochOf: (room) => epochs[room] });
  const listing = (roomId: string) => initializeRoomCache({ roomId, processId, name: 'probe' });
  return { driver, listing };
}

const stored = async (room: string) =>
  JSON.parse((await redis.hget('roomcaches', room)) ?? 'null') as IRoomCache | null;

const sentBytes = async () => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]);

it('[P12] two processes that open one room at once end with one listing, of the higher epoch (upstream #978)', async () => {
  const [a, b] = [process('a', { r: 3, s: 1 }), process('b', { r: 4, s: 1 })];
  const [first, second] = await Promise.all([a.driver.insert(a.listing('r')), b.driver.insert(b.listing('r'))]);
  expect([first, second]).toEqual([expect.any(Boolean), true]);
  expect(await stored('r')).toMatchObject({ processId: 'b' });
  expect(await a.driver.insert(a.listing('r'))).toBe(false);
  // Of two with the same epoch, one was first.
  const both = await Promise.all([a.driver.insert(a.listing('s')), b.driver.insert(b.listing('s'))]);
  expect(both.filter(Boolean)).toHaveLength(1);
  expect(await b.driver.query({ roomId: 's' })).toHaveLength(1);
});

it("[P12] a process that lost a room neither changes nor removes its successor's listing", async () => {
  const [old, next] = [process('old', { r: 1 }), process('next', { r: 2 })];
  const listing = old.listing('r');
  await old.driver.insert(listing);
  await next.driver.insert(next.listing('r'));
  await old.driver.update(listing, { $inc: { clients: 5 } });
  await old.driver.persist(listing);
  await old.driver.sweep(new Set(['old', 'next']));
  expect(await old.driver.remove('r')).toBe(false);
  await old.driver.cleanup('old');
  expect(await stored('r')).toMatchObject({ processId: 'next', clients: 0 });
});

it('[P12] a removed listing of a live process comes back, and its room is found meanwhile (upstream #968)', async () => {
  const [a, b] = [process('a', { r: 1 }), process('b', {})];
  await a.driver.insert(a.listing('r'));
  await redis.del('roomcaches');
  expect(await a.driver.findOne({ roomId: 'r' })).toMatchObject({ processId: 'a' });
  await a.driver.sweep(new Set(['a', 'b']));
  await vi.waitFor(async () => expect(await b.driver.findOne({ roomId: 'r' })).toMatchObject({ processId: 'a' }));
});

it('[P12] a process wrongly taken for dead is found at home, and listed again once it is back (upstream #968)', async () => {
  const [a, b] = [process('a', { r: 1 }), process('b', {})];
  await a.driver.insert(a.listing('r'));
  await b.driver.sweep(new Set(['b']));
  expect(await stored('r')).toBeNull();
  expect(await a.driver.has('r')).toBe(true);
  expect(await a.driver.findOne({ roomId: 'r' })).toMatchObject({ processId: 'a' });
  await a.driver.sweep(new Set(['a', 'b']));
  await vi.waitFor(async () => expect(await b.driver.query({ processId: 'a' })).toHaveLength(1));
  // Unless somebody has claimed the room meanwhile.
  const next = process('next', { r: 2 });
  await next.driver.insert(next.listing('r'));
  await a.driver.sweep(new Set(['a', 'next']));
  expect(await a.driver.insert(a.listing('r'))).toBe(false);
  expect(await stored('r')).toMatchObject({ processId: 'next' });
});

it('[P12] listings of dead processes are swept, those of live ones stay', async () => {
  const [a, b] = [process('a', { r: 1, q: 1 }), process('b', { s: 1 })];
  await Promise.all([
    a.driver.insert(a.listing('r')),
    a.driver.insert(a.listing('q')),
    b.driver.insert(b.listing('s')),
  ]);
  await b.driver.sweep(new Set(['b']));
  expect((await b.driver.query({})).map(({ roomId }) => roomId)).toEqual(['s']);
});

it('[P12] rooms that exist on every process are listed at home only', async () => {
  const [a, b] = [process('a', {}), process('b', {})];
  expect(await a.driver.insert(a.listing('lobby'))).toBe(true);
  expect(await b.driver.insert(b.listing('lobby'))).toBe(true);
  expect(await a.driver.findOne({ roomId: 'lobby' })).toMatchObject({ processId: 'a' });
  expect(await stored('lobby')).toBeNull();
  expect(await a.driver.query({ name: 'probe' })).toHaveLength(1);
});

it('[P30] A sweep reads its own listings and those of dead processes, however many others have', async () => {
  const [a, b, dead] = [process('a', {}), process('b', { mine: 1 }), process('dead', { left: 1 })];
  const rooms = Array.from({ length: 1_000 }, (_, i) => `r${i}`);
  const owner = new FencedDriver({ redis, epochOf: () => 1 });
  await Promise.all(rooms.map((room) => owner.insert(a.listing(room))));
  await b.driver.insert(b.listing('mine'));
  await dead.driver.insert(dead.listing('left'));
  const before = await sentBytes();
  await b.driver.sweep(new Set(['a', 'b']));
  expect((await sentBytes()) - before).toBeLessThan(20_000); // all listings are ten times that
  expect(await stored('left')).toBeNull();
  expect(await b.driver.query({ processId: 'a' })).toHaveLength(1_000);
});

it('[P12] a lookup that failed while Redis was unavailable can be repeated', async () => {
  const { driver, listing } = process('a', { r: 1 });
  await driver.insert(listing('r'));
  await server.kill();
  await expect(driver.query({})).rejects.toThrow();
  await driver.update(listing('r'), { $inc: { clients: 1 } });
  await server.start();
  await vi.waitFor(async () => expect(await driver.query({})).toHaveLength(1), 10_000);
});
