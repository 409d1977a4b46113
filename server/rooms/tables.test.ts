/** What the lobby and the API are told of rooms, and what that asks of them: counted at the machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import type { Probe } from '#rooms/testing/probe-state.ts';
import type { Gossip } from '#server/cluster/ports.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { createWorld, type Shown, shownOf, type World } from '#server/rooms/tables.ts';
import { type RoomHost, startRoomHost } from '#server/testing/room-host.ts';

const ROOMS = 50;
let listings = 0;
/** Shows how many notes there are. */
const counted: AnyMachine = {
  ...probe,
  kind: 'match',
  listing(state) {
    listings++;
    return { phase: 'waiting', players: [], max: 2, picture: String((state as Probe).notes.size) };
  },
};

/** What other processes say, in memory. */
function gossipOf() {
  const said = new Map<string, unknown>();
  let heard: (keys: readonly string[]) => void = () => {};
  const gossip: Gossip = {
    put() {},
    others: () => [...said].map(([key, value]) => ({ owner: 'other', key, value })),
    otherOf: (key) => said.get(key),
    subscribe(_, changed) {
      heard = changed;
      return () => {};
    },
  };
  const say = (room: string, value: Shown | undefined) => {
    if (value) said.set(`room:${room}`, value);
    else said.delete(`room:${room}`);
    heard([`room:${room}`]);
  };
  return { gossip, say };
}

let dataDir: string;
let host: RoomHost;
let world: World;
const { gossip, say } = gossipOf();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-tables-'));
  host = await startRoomHost({
    machines: [counted],
    store: memoryStore(),
    seal: (await openKeyring({ dataDir })).journalSeal(),
    authenticate: async () => ({ refused: 'unauthenticated', detail: '' }),
  });
  world = createWorld(host.rooms, gossip);
  for (let i = 0; i < ROOMS; i++) await host.directory.create(counted, `m-${i}`, {});
});
afterAll(async () => {
  await host.close();
  await rm(dataDir, { recursive: true });
});

let keys = 0;
async function note(room: string): Promise<void> {
  const sent = { player: 'ann', roles: ['player'], type: 'say', payload: { text: 'a' }, key: `k${keys++}` };
  expect(await host.directory.submit(room, sent)).toMatchObject({ ok: true });
}

/** As if every room were looked at. */
function looked(): Map<string, Shown> {
  const all = new Map(gossip.others('room:').map(({ value }) => [(value as Shown).room, value as Shown]));
  for (const one of [...host.rooms.values()].flatMap((room) => shownOf(room) ?? [])) all.set(one.room, one);
  return all;
}
const known = () => new Map(world.shown().map((one) => [one.room, one]));

it('[P31] a change of one room asks one machine, and the lobby gets that table alone', async () => {
  expect(known().size).toBe(ROOMS);
  const { version, whole, open } = world.since();
  expect([whole, open.length]).toEqual([true, ROOMS]);
  listings = 0;
  await note('m-7');
  await vi.waitUntil(() => world.since(version).version > version);
  const picture = { room: 'm-7', game: 'probe', picture: '1' };
  expect(world.since(version)).toMatchObject({ whole: false, open: [picture], gone: [] });
  expect(world.room('m-7')?.listing).toMatchObject({ picture: '1' });
  expect(known().size).toBe(ROOMS);
  expect(listings).toBeLessThanOrEqual(3);
});

it('[P31] what is known is what a look at every room gives: opened, changed, lost, and told of by others', async () => {
  const { version } = world.since();
  const [remote] = [...known().values()].map((one) => ({ ...one, room: 'm-there', clients: 3 }));
  const steps = [
    () => note('m-1'),
    () => host.directory.create(counted, 'm-new', {}),
    () => host.directory.lose('m-2', 9),
    () => say('m-there', remote),
    () => say('m-there', { ...(remote as Shown), clients: 4 }),
    () => say('m-2', { ...(remote as Shown), room: 'm-2' }),
    () => say('m-1', { ...(remote as Shown), room: 'm-1' }), // it is here: that is known better
    () => say('m-there', undefined),
    () => host.directory.lose('m-1', 9),
  ];
  for (const step of steps) {
    await step();
    expect(known()).toEqual(looked());
  }
  const { open, gone } = world.since(version);
  expect([open.map(({ room }) => room).sort(), gone]).toEqual([['m-1', 'm-2', 'm-new'], ['m-there']]);
});
