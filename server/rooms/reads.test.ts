/** How many rooms one event reads, beside a thousand that sleep: counted at the journal. */
import { expect, it, onTestFinished } from 'vitest';
import type { MembershipView } from '#rooms/host/membership-view.ts';
import { Supervisor } from '#rooms/host/supervisor.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { redisStore } from '#server/journal/redis.ts';
import { openQuarantine } from '#server/rooms/quarantine.ts';
import { createLog } from '#server/telemetry/log.ts';
import { countedStore } from '#server/testing/counted-store.ts';
import { startRedis } from '#server/testing/redis.ts';

const SLEEPING = 1_000;
const bytes = new Uint8Array([1]);
const log = createLog('silent');

const STORES: Record<string, () => Promise<JournalStore>> = {
  memory: async () => memoryStore(),
  async redis() {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    return redisStore(redis.url, log);
  },
};

async function counted(kind: string) {
  const store = await (STORES[kind] as () => Promise<JournalStore>)();
  onTestFinished(() => store.close());
  const create = async (room: string, owner: string, machine = 'probe') => {
    const claim = await store.create(room, machine, `j-${room}`, owner, bytes);
    if (claim === 'exists') throw new Error(`${room} exists`);
    return claim;
  };
  const sleeping = Array.from({ length: SLEEPING }, async (_, i) => {
    const claim = await create(`sleeping-${i}`, i % 2 ? 'dead' : 'running');
    await store.settle(claim, 0, i % 3 ? undefined : Date.now() + 3_600_000);
  });
  await Promise.all(sleeping);
  for (const room of ['left-1', 'left-2']) await create(room, 'dead');
  for (const room of ['busy-1', 'busy-2']) await create(room, 'running');
  await store.settle(await create('due', 'dead'), 0, 1);
  await create('broken', 'dead');
  await store.quarantine('broken', 'it broke');
  await create('unknown', 'running', 'another release');
  return countedStore(store);
}

it.each(Object.keys(STORES))(
  '[P30] a membership event reads no room that sleeps or whose owner runs: %s',
  async (kind) => {
    const { store, counted: count, reset } = await counted(kind);
    const woken: string[] = [];
    const membership: MembershipView = {
      steady: true,
      claimable: () => 'yes',
      runs: (owner) => owner === 'running',
      adopts: ({ owner }) => owner !== 'running',
      sameCode: () => true,
      leave: () => false,
    };
    const supervisor = new Supervisor({
      ports: { store, owner: 'self', now: Date.now, log },
      membership,
      rooms: new Map(),
      wake: async (room) => void woken.push(room),
    });
    reset();
    await supervisor.adopt();
    expect(woken.sort()).toEqual(['due', 'left-1', 'left-2']);
    expect(count.records).toBe(3);
  },
);

it.each(Object.keys(STORES))(
  '[P30] one room is looked up alone, and quarantined rooms beside no others: %s',
  async (kind) => {
    const { store, counted: count, reset } = await counted(kind);
    const seal = undefined as never; // nothing is opened
    const quarantine = openQuarantine({ store, seal, machines: [probe], wake: async () => undefined });
    reset();
    expect(await quarantine.quarantinedRoom('sleeping-7')).toBeUndefined();
    expect(count.records).toBe(1);
    reset();
    expect((await quarantine.quarantined()).map(({ room }) => room).sort()).toEqual(['broken', 'unknown']);
    expect(count.records).toBe(2);
  },
);
