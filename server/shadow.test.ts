import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { type ShadowPorts, sentence, shadow } from '#server/shadow.ts';
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

it('[P40] the code that wrote the logs agrees with them, and nothing is claimed or written', async () => {
  const before = await now.store.list();
  const found = await shadow(now);
  expect(found).toEqual({ rooms: 3, unproven: 0, diverging: [] });
  expect(sentence(found)).toBe('3 rooms replayed, none would diverge');
  expect(await now.store.list()).toEqual(before);
});

it('[P40] other code with the same rules agrees as far as the log can prove', async () => {
  expect(await shadow(with_({}))).toEqual({ rooms: 3, unproven: 1, diverging: [] });
});

it('[P40] a rule that was changed is found where it first decides otherwise, in the rooms that it concerns', async () => {
  const found = await shadow(
    with_({ check: (_, { text }: { text: string }) => (text > '1' ? 'forbidden' : undefined) }),
  );
  expect(found.diverging).toEqual([
    { room: 'a', machine: 'probe', seq: 3, reason: expect.stringContaining('refused otherwise') },
  ]);
  expect(sentence(found)).toBe('1 of 3 rooms would diverge, the first at seq 3');
});

it('[P40] so are code that throws, and code that lacks the machine', async () => {
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
