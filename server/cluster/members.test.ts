import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { RoomRecord } from '#rooms/ports.ts';
import { type Links, openLinks } from '#server/cluster/links.ts';
import { Membership, type MembershipEvent } from '#server/cluster/members.ts';
import type { Role } from '#server/cluster/ports.ts';
import { registrySeal } from '#server/cluster/registry-seal.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';

const LEASE_MS = 1_000;
const KEY = new Uint8Array(32).fill(7);
const log = createLog('silent');
const records = new Map<string, Partial<RoomRecord>>();

let redis: RedisProcess;
let running: { members: Membership; links: Links }[] = [];
let ids = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  for (const { members, links } of running) {
    await members.stop();
    links.close();
  }
  running = [];
});

async function member(role: Role = 'all') {
  const links = await openLinks(redis.url, log);
  const members = new Membership({
    links,
    seal: registrySeal([KEY]),
    self: { id: `m${++ids}`, role },
    leaseMs: LEASE_MS,
    load: () => ({ rooms: 1, clients: 2, lagMs: 3 }),
    find: async (room) => records.get(room) as RoomRecord | undefined,
    plain: new Set(['lobby']),
    log,
  });
  const events: MembershipEvent[] = [];
  members.on((event) => events.push(event));
  await members.start(`127.0.0.1:${9000 + ids}`);
  running.push({ members, links });
  return { members, links, events, id: members.self.id };
}

/** As a process does that is killed: its connections close, and it says nothing any more. */
function die({ links }: { links: Links }): void {
  running = running.filter((one) => one.links !== links);
  links.close();
}

const knows = (who: Membership, ...ids: string[]) =>
  vi.waitFor(() => expect(who.present().map(({ id }) => id)).toEqual(expect.arrayContaining(ids)), 5_000);
const forgets = (who: Membership, id: string) => vi.waitFor(() => expect(who.memberOf(id)).toBeUndefined(), 5_000);
const settled = (who: Membership) => vi.waitFor(() => expect(who.mayClaim).toBe(true), 5_000);

it("[P4] members know each other's address, role and load, and share a clock", async () => {
  const [a, b] = [await member(), await member('rooms')];
  await knows(a.members, a.id, b.id);
  expect(a.members.memberOf(b.id)).toMatchObject({
    role: 'rooms',
    address: b.members.self.address,
    draining: false,
    load: { rooms: 1, clients: 2, lagMs: 3 },
  });
  expect(Math.abs(a.members.now() - b.members.now())).toBeLessThan(500);
  expect(Number.isInteger(a.members.now())).toBe(true);
});

it('[P4] a member that returns its lease disappears at once; a killed one before its lease expires', async () => {
  const [a, b, c] = [await member(), await member(), await member()];
  await Promise.all([settled(a.members), knows(a.members, b.id, c.id)]);
  await b.members.stop();
  await forgets(a.members, b.id);
  const killed = performance.now();
  die(c);
  await forgets(a.members, c.id);
  expect(performance.now() - killed).toBeLessThan(LEASE_MS);
});

it('[P27] a connection to Redis that breaks repeatedly removes no member', async () => {
  const a = await member();
  const { redis } = a.links;
  const connections = async () => {
    const list = (await redis.client('LIST')) as string;
    return [...list.matchAll(/^id=(\d+) .* name=(\S+)/gm)].map(([, id, name]) => ({ id: Number(id), name }));
  };
  for (const broken of ['parlor-listen', 'parlor-pulse']) {
    const others = new Set((await connections()).map(({ id }) => id));
    const b = await member();
    await Promise.all([settled(a.members), knows(a.members, b.id)]);
    const gone: string[] = [];
    const stop = a.members.on(() => gone.push(...(a.members.memberOf(b.id) ? [] : [b.id])));
    // Far more often than a pulse is looked for, so that nearly every look finds it broken.
    for (let kills = 0; kills < 40; ) {
      for (const { id, name } of await connections())
        if (name === broken && !others.has(id)) kills += Number(await redis.client('KILL', 'ID', id));
    }
    stop();
    expect([broken, gone]).toEqual([broken, []]);
  }
});

it('[P5] a member declares no other dead before it was in touch for a lease', async () => {
  const [a, b] = [await member(), await member()];
  await knows(a.members, b.id);
  expect(a.members.mayClaim).toBe(false);
  await settled(a.members);
  await redis.restart();
  await vi.waitFor(() => expect(a.events).toContain('lapsed'), 5_000);
  await vi.waitFor(() => expect(a.members.steady && b.members.steady).toBe(true), 10_000);
  const back = performance.now();
  expect(a.members.mayClaim).toBe(false);
  await settled(a.members);
  expect(performance.now() - back).toBeGreaterThan(LEASE_MS / 2);
  expect(a.members.memberOf(b.id)).toBeDefined();
});

it('[P5] a member that cannot renew its lease reports itself as unsteady', async () => {
  const a = await member();
  expect(a.members.steady).toBe(true);
  redis.pause();
  const lease = () => a.events.filter((event) => event !== 'members');
  await vi.waitFor(() => expect(lease()).toEqual(['steady', 'lapsed']), 5_000);
  expect(a.members.steady).toBe(false);
  redis.resume();
  await vi.waitFor(() => expect(lease()).toEqual(['steady', 'lapsed', 'steady']), 10_000);
  expect(a.members.mayClaim).toBe(false);
});

it('[P5] a foreign row costs no member its lease', async () => {
  const [a, b] = [await member(), await member()];
  await knows(a.members, b.id);
  const liar = new Map([
    ['broken', '{'],
    ['empty', 'null'],
    ['odd', '{"id":"odd"}'],
    ['other', JSON.stringify(b.members.self)],
  ]);
  for (const [id, row] of liar) {
    await a.links.redis.hset('{parlor}:members', id, row);
    await a.links.redis.zadd('{parlor}:leases', a.members.now() + 60_000, id);
  }
  const from = performance.now();
  await vi.waitUntil(() => performance.now() - from > 1.5 * LEASE_MS, 10_000); // longer than the lease it had
  expect(a.members.steady).toBe(true);
  for (const id of liar.keys()) expect(a.members.memberOf(id)).toBeUndefined();
  expect(a.members.memberOf(b.id)).toBeDefined();
  for (const id of liar.keys()) await a.links.redis.zrem('{parlor}:leases', id);
});

it('[P6] a room belongs to its owner, otherwise to the successor that all members name', async () => {
  const [a, b] = [await member(), await member()];
  const edge = await member('edge');
  await Promise.all([settled(a.members), settled(b.members), settled(edge.members)]);
  await Promise.all([
    knows(a.members, b.id, edge.id),
    knows(b.members, a.id, edge.id),
    knows(edge.members, a.id, b.id),
  ]);
  records.set('r1', { owner: b.id, epoch: 4, ended: false });
  records.set('r2', { owner: 'dead', epoch: 1, ended: false });
  records.set('r3', { owner: b.id, epoch: 1, ended: true });
  const { members } = edge;
  expect(await members.locationOf('r1')).toMatchObject({ at: 'member', member: { id: b.id }, epoch: 4 });
  expect(await members.locationOf('r2')).toEqual({ at: 'asleep' });
  expect(await members.locationOf('r3')).toEqual({ at: 'over' });
  expect(await members.locationOf('r4')).toEqual({ at: 'nowhere' });
  expect(await members.locationOf('lobby')).toEqual({ at: 'everywhere' });
  const successors = (of: Membership) => Array.from({ length: 40 }, (_, i) => of.chooseSuccessor(`room-${i}`)?.id);
  await vi.waitFor(() => expect(new Set(successors(members))).toEqual(new Set([a.id, b.id])), 5_000);
  await vi.waitFor(() => expect(successors(a.members)).toEqual(successors(members)), 5_000);
  const before = successors(members);
  const late = await member();
  await knows(a.members, late.id);
  expect(successors(a.members)).not.toContain(late.id); // it cannot tell who is dead, and could not claim
  await vi.waitFor(() => expect(successors(a.members)).toContain(late.id), 5_000);
  await late.members.stop();
  await forgets(members, late.id);

  await b.members.drain();
  await vi.waitFor(async () => expect(await members.locationOf('r1')).toEqual({ at: 'moving' }), 5_000);
  expect(members.chooseSuccessor('r1')?.id).toBe(a.id);
  // Only what it had moves.
  for (const [i, successor] of before.entries())
    if (successor === a.id) expect(members.chooseSuccessor(`room-${i}`)?.id).toBe(a.id);
});

it('[P25] a row without a valid signature makes no member, nor does a copy of an old one', async () => {
  const { members, links, id } = await member();
  const { redis } = links;
  const [stranger, other, old] = [registrySeal([]), registrySeal([new Uint8Array(32)]), registrySeal([KEY])];
  const row = (of: string) => JSON.stringify({ ...members.self, id: of, address: '203.0.113.9:80' });
  const now = members.now();
  const forged = {
    bare: row('bare'),
    unsigned: stranger.sign(row('unsigned'), now),
    another: other.sign(row('another'), now),
    old: old.sign(row('old'), now - 120_000),
    copied: (await redis.hget('{parlor}:members', id)) as string,
  };
  for (const [of, text] of Object.entries(forged)) {
    await redis.zadd('{parlor}:leases', now + 60_000, of);
    await redis.hset('{parlor}:members', of, text);
    await links.subscribe(links.channels.pulse(of), () => {});
  }
  const honest = await member();
  await knows(members, honest.id);
  await knows(honest.members, id);
  for (const of of Object.keys(forged)) {
    expect([of, members.memberOf(of)]).toEqual([of, undefined]);
    await redis.zrem('{parlor}:leases', of);
  }
});
