import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { channel } from '#rooms/chat/chat.ts';
import { allPlanted, fuse, type Hook, misbehaving, planted } from '#rooms/testing/misbehaving.ts';
import type { MatchState } from '#schema/states.ts';
import { shownOf } from '#server/rooms/tables.ts';
import { openWorld, quiet, type Seat, until, type World } from './harness.ts';

quiet();
/** What the kernel turns into a fault in any hook, a host meets in these. */
const all = [...allPlanted()].filter(({ how }) => how === 'throws' || how === 'answers a promise');
const refused = { ...misbehaving('bot', () => ({ type: 'touch', payload: { no: 'such field' } })), name: 'refused' };
const spins = { ...misbehaving('deadline', () => ({ clock: 'now', at: 1 })), name: 'spins' };
const late = {
  ...fuse,
  name: 'cannot-read',
  commands: { ...fuse.commands, read: { payload: z.strictObject({}).refine(async () => true), apply() {} } },
};
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

let world: World;
let neighbour: Seat;
beforeAll(async () => {
  process.on('unhandledRejection', note);
  world = await openWorld({ machines: [channel, ...all.map(({ machine }) => machine), refused, spins, late] });
  await world.create(channel, 'talk');
  neighbour = await world.open('zoe', 'talk');
});
afterAll(async () => {
  expect(await neighbour.submit('post', { text: 'still here' })).toMatchObject({ ok: true });
  expect(unhandled).toEqual([]);
  process.off('unhandledRejection', note);
  await world.close();
});

async function arm(machine: Parameters<World['create']>[0]): Promise<Seat & { armed: Promise<unknown> }> {
  const { name } = machine;
  await world.create(machine, name, { bot: true });
  const ann = await world.open('ann', name);
  await until(
    () =>
      ann.state.phase === 'playing' &&
      ann.state.seats.filter((seat: MatchState['seats'][0]) => seat.player).length === 2,
  );
  const armed = ann.submit('arm', {});
  return Object.assign(ann, { armed });
}

const fine = async () => expect(await neighbour.submit('read', { seq: 1 })).toMatchObject({ ok: true });

/** What brings the host to call it. */
const provoke: Partial<Record<Hook, (ann: Seat, room: string) => unknown>> = {
  check: (ann) => ann.submit('touch', {}),
  apply: (ann) => ann.submit('touch', {}),
  outcome: (ann) => (ann as Awaited<ReturnType<typeof arm>>).armed,
  admit: (_, room) => void world.open('bea', room).catch(() => {}),
  join: (_, room) => void world.open('bea', room).catch(() => {}),
  drop: (ann) => ann.line.cut(),
  return: (ann) => ann.line.cut(),
  leave: (ann) => void ann.leave(),
  wake: (_, room) => world.room(room).sequencer.run({ k: 'wake' }),
  lapseMs: (ann) => ann.submit('touch', {}),
};

/** What a command did is undone; what was no command's doing would come again. */
function outcomeOf(hook: Hook): 'refused' | 'quarantined' | 'the bot leaves' {
  if (hook === 'bot') return 'the bot leaves';
  return hook === 'check' || hook === 'apply' || hook === 'outcome' ? 'refused' : 'quarantined';
}

for (const { hook, how, machine } of all) {
  const outcome = outcomeOf(hook);
  it(`[L49] ${hook} ${how}: ${outcome}, and the other rooms continue`, async () => {
    const ann = await arm(machine);
    if (hook === 'listing') await until(() => shownOf(world.room(machine.name)) === undefined);
    if (['admit', 'join', 'drop', 'return', 'leave', 'wake'].includes(hook)) await ann.armed;
    const provoked = provoke[hook]?.(ann, machine.name);
    if (outcome === 'refused') expect(await provoked).toMatchObject({ ok: false, code: 'fault' });
    else if (outcome === 'the bot leaves') await until(() => ann.state.phase === 'finished');
    else {
      await vi.waitFor(async () => expect((await world.store.find(machine.name))?.quarantined).toBeDefined(), 5_000);
      expect((await world.store.find(machine.name))?.quarantined).toMatch(/^(the machine threw )?at seq \d+: /);
      expect(await world.host.directory.wake(machine.name)).toBe('room-quarantined');
    }
    await fine();
  });
}

it('[L49] a bot gives up its seat after its third refused move', async () => {
  const ann = await arm(refused);
  await until(() => ann.state.phase === 'finished');
  expect(ann.state.ending).toBe('left');
  expect(world.room('refused').replica.outboxes.get('host:bot')?.next).toBe(4);
});

it('[L49] a machine that is due again after each wake is quarantined after the tenth', async () => {
  await arm(spins);
  await vi.waitFor(
    async () => expect((await world.store.find('spins'))?.quarantined).toContain('deadline: it is due again'),
    5_000,
  );
  await fine();
});

it('[L49] a payload that cannot be checked is refused', async () => {
  await world.create(late, 'cannot-read', {});
  const ann = await world.open('ann', 'cannot-read');
  expect(await ann.submit('read', {})).toMatchObject({ ok: false, code: 'fault' });
});

it('[L49] a machine whose set-up fails creates no room', async () => {
  const { setup: _, ...rest } = planted('step', 'throws');
  const machine = { ...rest, name: 'step-throws', setup: () => Promise.reject(new Error('planted')) };
  await expect(world.create(machine as never, 'never')).rejects.toThrow('it answers a promise');
  expect(await world.store.find('never')).toBeUndefined();
});
