import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { type ShadowPorts, sentence, shadow } from '#server/rooms/shadow.ts';
import { type RoomHost, type RoomHostOptions, startRoomHost } from '#server/testing/room-host.ts';

const SAID = 5;
let host: RoomHost;
let dataDir: string;
let now: ShadowPorts & Pick<RoomHostOptions, 'store'>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-shadow-'));
  const seal = (await openKeyring({ dataDir })).journalSeal();
  const store = memoryStore();
  now = { store, seal, machines: [probe], version: () => 'now' };
  host = await startRoomHost({ ...now, authenticate: async () => ({ refused: 'unauthenticated', detail: '' }) });
  for (const room of ['a', 'b', 'c']) await host.directory.create(probe, room, {});
  for (let n = 0; n < SAID; n++) {
    const said = { player: 'p-ann', roles: ['player'], type: 'say', payload: { text: `${n}` }, key: `key-${n}` };
    expect(await host.directory.submit('a', said)).toMatchObject({ ok: true });
  }
});
afterEach(async () => {
  await host.close();
  await rm(dataDir, { recursive: true });
});

/** The probe as another release has it. */
function with_(say: Partial<NonNullable<AnyMachine['commands'][string]>>): ShadowPorts {
  const commands = { ...probe.commands, say: { ...probe.commands.say, ...say } } as AnyMachine['commands'];
  return { ...now, version: () => 'next', machines: [{ ...probe, commands }] };
}

it('[P40] the code that wrote the logs reproduces them, and nothing is claimed or written', async () => {
  const before = await now.store.list();
  const found = await shadow(now);
  expect(found).toEqual({ rooms: 3, unproven: 0, diverging: [], unchecked: 0 });
  expect(sentence(found)).toBe('3 rooms replayed, none would diverge');
  expect(await now.store.list()).toEqual(before);
});

it('[P40] other code with the same rules agrees as far as the log proves', async () => {
  expect(await shadow(with_({}))).toEqual({ rooms: 3, unproven: 1, diverging: [], unchecked: 0 });
});

it('[P40] a changed rule is reported at its first different decision, in the affected rooms', async () => {
  const found = await shadow(
    with_({ check: (_, { text }: { text: string }) => (text > '1' ? 'forbidden' : undefined) }),
  );
  expect(found.diverging).toEqual([
    { room: 'a', machine: 'probe', seq: 3, reason: expect.stringContaining('refused otherwise') },
  ]);
  expect(sentence(found)).toBe('1 of 3 rooms would diverge, the first at seq 3');
});

it('[P40] code that throws and a missing machine are reported too', async () => {
  const throwing = await shadow(
    with_({
      apply() {
        throw new Error('no');
      },
    }),
  );
  expect(throwing.diverging).toMatchObject([{ room: 'a', seq: 1 }]);
  const lacking = await shadow({ ...now, machines: [] });
  expect(lacking.diverging.map(({ reason }) => reason)).toEqual(Array(3).fill('this code has no such machine'));
});

it('[P40] entries before a snapshot are not replayed: after a drain other rules continue the room', async () => {
  await host.close();
  const strict = with_({ check: () => 'forbidden' });
  expect(await shadow(strict)).toEqual({ rooms: 3, unproven: 0, diverging: [], unchecked: 0 });
  host = await startRoomHost({ ...now, authenticate: async () => ({ refused: 'unauthenticated', detail: '' }) });
  const said = { player: 'p-ann', roles: ['player'], type: 'say', payload: { text: 'later' }, key: 'later' };
  const { seq } = (await host.directory.submit('a', said)) as { seq: number };
  // The entry after it carries its verdict.
  expect(await host.directory.submit('a', { ...said, key: 'last' })).toMatchObject({ ok: true });
  expect((await shadow(strict)).diverging).toMatchObject([{ room: 'a', seq }]);
});

it('[P41] the check is bounded: unchecked rooms are counted, and a log of this very code is skipped', async () => {
  expect(await shadow(now, { withinMs: 0 })).toEqual({ rooms: 0, unproven: 0, diverging: [], unchecked: 3 });
  const progress: [number, number][] = [];
  const broken = { ...with_({ check: () => 'forbidden' }), version: now.version };
  const found = await shadow(broken, { trusting: true, progress: (...told) => progress.push(told) });
  expect(found).toEqual({ rooms: 3, unproven: 0, diverging: [], unchecked: 0 });
  expect(progress).toEqual([0, 1, 2, 3].map((done) => [done, 3]));
});
