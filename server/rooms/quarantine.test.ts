import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { examine } from '#rooms/faults/examine.ts';
import { playable, readExport } from '#rooms/faults/exported.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Claim, JournalStore } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { roomLog } from '#schema/resources.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { openQuarantine } from '#server/rooms/quarantine.ts';
import type { QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import { type RoomHost, startRoomHost } from '#server/testing/room-host.ts';

const STORES = { memory: () => memoryStore(), sqlite: (dir: string) => sqliteStore(join(dir, 'journal.sqlite')) };
const boom = probe.commands.boom;
/** The probe, whose rooms all may break. */
const faulty: AnyMachine = {
  ...probe,
  kind: 'match',
  commands: { ...probe.commands, boom: { ...boom, check: () => undefined } },
} satisfies typeof probe;

let host: RoomHost;
let store: JournalStore;
let dir: string;
let quarantines: QuarantinePorts;
/** Entries that cannot be opened: `room n`. */
let spoilt: Set<string>;

async function begin(kind: keyof typeof STORES): Promise<void> {
  dir = await mkdtemp(join(tmpdir(), 'parlor-quarantine-'));
  spoilt = new Set();
  store = damaged(STORES[kind](dir));
  const seal = (await openKeyring({ dataDir: dir })).journalSeal();
  const machines = [faulty, channel];
  const authenticate = async () => ({ refused: 'unauthenticated' as const, detail: '' });
  host = await startRoomHost({ machines, store, seal, authenticate });
  const { directory } = host;
  quarantines = openQuarantine({ store, seal, machines, wake: (room) => directory.wakeSoon(room) });
  for (const room of ['p', 'q']) await directory.create(faulty, room, {});
  await directory.create(channel, 'talk', {});
}
afterEach(async () => {
  await host.close();
  await store.close();
  await rm(dir, { recursive: true });
});

/** A disk that turns over bytes of what it is asked for. */
function damaged(store: JournalStore): JournalStore {
  const bad = (room: string, kept: Awaited<ReturnType<JournalStore['load']>>) => ({
    ...kept,
    entries: kept.entries.map((entry) => {
      if (!spoilt.has(`${room} ${entry.n}`)) return entry;
      const bytes = Uint8Array.from(entry.bytes); // a Buffer's `slice` is no copy
      bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
      return { ...entry, bytes };
    }),
  });
  return {
    ...store,
    load: async (claim: Claim, page) => bad(claim.room, await store.load(claim, page)),
    async read(room, journal, page) {
      const kept = await store.read(room, journal, page);
      return kept && bad(room, kept);
    },
  };
}

let keys = 0;
async function say(room: string, type: string, payload: unknown, player = 'p-ann') {
  return host.directory.submit(room, { player, roles: ['player'], type, payload, key: `k${keys++}` });
}

/** Another process claims the room, as if this one had died: it is read anew. */
async function lose(room: string): Promise<void> {
  const claim = await store.claim(room, 'another');
  if (typeof claim === 'string') throw new Error(claim);
  await expect(say(room, 'say', { text: 'nobody hears' })).resolves.toMatchObject({ ok: false, code: 'moved' });
}

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])('with the journal in %s', (kind) => {
  it('[L47] a damaged room is listed with its reason, exported up to the damage, and resumes once mended', async () => {
    await begin(kind);
    for (const text of ['one', 'two', 'three']) expect(await say('p', 'say', { text })).toMatchObject({ ok: true });
    expect(await quarantines.quarantined()).toEqual([]);
    spoilt.add('p 2');
    await lose('p');
    expect(await say('p', 'say', { text: 'lost' })).toMatchObject({ ok: false, code: 'room-quarantined' });
    const [listed, ...others] = await quarantines.quarantined();
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ room: 'p', machine: 'probe', reason: expect.stringContaining('p') });

    const log = await quarantines.log('p');
    expect(log?.batches.map(({ n }) => n)).toEqual([1, 3]);
    expect(log?.damage).toEqual([{ what: 'entry', n: 2, reason: expect.stringContaining('p') }]);
    expect(log?.fault?.message).toBe(listed?.reason);
    expect(playable(readExport(JSON.stringify(log))).batches).toHaveLength(1);

    expect(await quarantines.retry('p')).toMatchObject({ refused: 'room-quarantined', reason: listed?.reason });
    spoilt.clear();
    expect(await quarantines.retry('p')).toBeUndefined();
    expect(await quarantines.quarantined()).toEqual([]);
    expect(await say('p', 'say', { text: 'back' })).toMatchObject({ ok: true });
    expect(await quarantines.retry('p')).toBeUndefined();
  });

  it('[L47] a step that threw is named, and its log replays to that entry', async () => {
    await begin(kind);
    expect(await say('p', 'boom', { where: 'step' })).toMatchObject({ ok: true });
    const room = host.directory.loaded('p');
    void room?.sequencer.run({ k: 'tick' });
    await expect.poll(() => quarantines.quarantined(), { timeout: 10_000 }).toMatchObject([{ room: 'p' }]);
    const log = await quarantines.log('p');
    expect(log?.fault).toEqual({ message: 'the machine threw at seq 2: boom in step', seq: 2 });
    const failure = examine(faulty, playable(readExport(JSON.stringify(log))));
    expect(failure).toMatchObject({ what: 'throws', seq: 2, message: 'boom in step', command: { k: 'tick' } });
    expect(await quarantines.retry('p')).toMatchObject({ refused: 'room-quarantined' });
  });

  it("[L47] a command that faulted in play is in the live room's export", async () => {
    await begin(kind);
    await say('q', 'say', { text: 'before' });
    // Whoever sent it is answered by the next owner; what comes over REST finds the answer under its key.
    await say('q', 'boom', { where: 'apply' });
    await expect.poll(() => host.directory.wake('q')).toBeUndefined();
    await say('q', 'say', { text: 'after' });
    const log = await quarantines.log('q');
    expect(roomLog.omit({ apiVersion: true, kind: true, metadata: true }).safeParse(log).error).toBeUndefined();
    expect(log).toMatchObject({ format: 2, machine: 'probe', version: 'test', genesis: { seed: expect.any(Array) } });
    expect(log?.fault).toBeUndefined();
    const history = playable(readExport(JSON.stringify(log)));
    expect(examine(faulty, history)).toMatchObject({ what: 'throws', seq: 2, message: 'boom in apply' });
    expect(await quarantines.quarantined()).toEqual([]);
  });

  it('[L47] a room that stores its state only is exported from its snapshot, marked as holding content', async () => {
    await begin(kind);
    await say('talk', 'post', { text: 'between us' });
    await expect.poll(async () => (await quarantines.log('talk'))?.snapshot).toBeDefined();
    const log = await quarantines.log('talk');
    expect(log?.genesis).toBeUndefined();
    expect(JSON.stringify(log?.snapshot)).toContain('between us');
    expect([await quarantines.keeps('talk'), await quarantines.keeps('p')]).toEqual([
      { written: true },
      { written: false },
    ]);
    expect(examine(channel, playable(readExport(JSON.stringify(log))))).toBeUndefined();
  });

  it('[L47] an export holds neither connection ids nor sessions; an unknown room is refused', async () => {
    await begin(kind);
    const { sequencer } = host.directory.loaded('p') ?? {};
    for (const [player, n] of [
      ['p-ann', 1],
      ['p-bea', 2],
      ['p-ann', 3],
    ] as const)
      await sequencer?.run({
        k: 'join',
        player,
        connectionId: `canary-session-${n}`,
        session: `canary-login-${player}`,
      });
    const log = await quarantines.log('p');
    const joins = log?.batches.flatMap(({ commands }) => commands.filter(({ k }) => k === 'join'));
    expect(joins).toMatchObject([{ session: 'login-2' }, { session: 'login-4' }, { session: 'login-2' }]);
    expect(JSON.stringify(log)).not.toContain('canary');
    for (const asked of [quarantines.log('x'), quarantines.keeps('x')]) expect(await asked).toBeUndefined();
    expect(await quarantines.retry('x')).toEqual({ refused: 'no-such-room' });
  });

  it('[L47] a quarantined room can be ended: a game keeps its log, a channel nothing; a live room cannot', async () => {
    await begin(kind);
    await say('p', 'say', { text: 'one' });
    const { journal = '' } = (await store.find('p')) ?? {};
    for (const room of ['p', 'talk']) await store.quarantine(room, 'somebody wants to look at it');
    for (const room of ['p', 'talk']) {
      const claim = await store.claim(room, 'another');
      if (typeof claim !== 'string') await host.directory.lose(room, claim.epoch);
      expect(await quarantines.end(room)).toBeUndefined();
      expect(await quarantines.end(room)).toBe(room === 'p' ? 'room-ended' : 'no-such-room');
    }
    expect(await quarantines.quarantined()).toEqual([]);
    expect(await say('p', 'say', { text: 'over' })).toMatchObject({ ok: false, code: 'room-ended' });
    expect((await store.read('p', journal))?.entries.length).toBeGreaterThan(1);
    expect(await store.find('talk')).toBeUndefined();
    expect(await quarantines.end('q')).toBe('room-alive');
    expect(await say('q', 'say', { text: 'goes on' })).toMatchObject({ ok: true });
  });
});
