import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openWorld, quiet, until, up, type World } from './harness.ts';
import { restOf } from './rest.ts';

quiet();
let world: World;
afterEach(() => world.close());

const boom = { where: 'apply' };

it('[L40] a command that makes the machine throw is skipped and answered `fault`; it leaves nothing behind, others continue', async () => {
  world = await openWorld();
  await world.create(probe, 'p', { faulty: true });
  const [ann, bea] = [await world.open('ann', 'p'), await world.open('bea', 'p')];
  const sessions = [ann, bea].map(({ room }) => room?.sessionId);
  expect(await ann.submit('boom', boom)).toMatchObject({ ok: false, code: 'fault' });
  await up(ann, bea);
  expect(await bea.submit('say', { text: 'go on' })).toMatchObject({ ok: true });
  expect(await ann.submit('say', { text: 'me too' })).toMatchObject({ ok: true });
  expect(ann.state.drift).toBe(0);
  expect([ann, bea].map(({ room }) => room?.sessionId)).toEqual(sessions);
});

it('[L41] after three faults the room refuses that player and no other; also after a snapshot', async () => {
  world = await openWorld();
  await world.create(probe, 'p', { faulty: true });
  const [ann, bea] = [await world.open('ann', 'p'), await world.open('bea', 'p')];
  for (let i = 0; i < 3; i++) {
    expect(await ann.submit('boom', boom)).toMatchObject({ code: 'fault' });
    await up(ann, bea);
  }
  const { epoch } = (await world.store.find('p')) ?? {};
  expect(await ann.submit('say', { text: 'innocent' })).toMatchObject({ ok: false, code: 'fault' });
  expect(await bea.submit('say', { text: 'fine' })).toMatchObject({ ok: true });
  expect((await world.store.find('p'))?.epoch).toBe(epoch);
  await world.stop();
  await world.start();
  await up(ann, bea);
  expect(await ann.submit('boom', boom)).toMatchObject({ ok: false, code: 'fault' });
  expect(await bea.submit('say', { text: 'still fine' })).toMatchObject({ ok: true });
  expect((await world.store.find('p'))?.epoch).toBe((epoch ?? 0) + 1);
});

it('[L42] a step that throws quarantines its room, by name; others stay live', async () => {
  world = await openWorld();
  await world.create(probe, 'p', { faulty: true });
  await world.create(probe, 'q');
  const [ann, bea] = [await world.open('ann', 'p'), await world.open('bea', 'q')];
  void ann.submit('boom', { where: 'step' });
  await vi.waitFor(async () => expect((await world.store.find('p'))?.quarantined).toContain('boom in step'));
  await until(() => ann.status === 'refused');
  expect(ann.refusal).toBe('room-quarantined');
  expect(await bea.submit('say', { text: 'here' })).toMatchObject({ ok: true });
});

it('[L43] an unfinished restore is counted; the third one quarantines the room, which can be retried', async () => {
  world = await openWorld();
  await world.create(channel, 'talk');
  for (let death = 0; death < 2; death++) {
    await world.stop(false);
    await world.start();
    const claim = await world.store.claim('talk', 'one that dies');
    if (typeof claim === 'string') throw new Error(claim);
    await world.store.restoring(claim);
  }
  expect(await world.store.find('talk')).toMatchObject({ attempts: 1 }); // one that ended forgot the first
  const claim = await world.store.claim('talk', 'one that dies');
  if (typeof claim === 'string') throw new Error(claim);
  for (let more = 0; more < 2; more++) await world.store.restoring(claim);
  await world.stop(false);
  await world.start();
  expect(await world.host.directory.wake('talk')).toBe('room-quarantined');
  expect(await world.store.find('talk')).toMatchObject({ quarantined: expect.stringContaining('none ended') });
  await world.store.retry('talk');
  expect(await world.host.directory.wake('talk')).toBeUndefined();
});

it('[L44] a damaged entry quarantines its room by name, and the others start', async () => {
  const spoilt = new Set<string>();
  const wrap = (store: JournalStore): JournalStore => ({
    ...store,
    async load(claim) {
      const kept = await store.load(claim);
      if (!spoilt.has(claim.room)) return kept;
      const [last] = kept.entries.slice(-1);
      last?.bytes.fill(7, 40, 48);
      return kept;
    },
  });
  world = await openWorld({ wrap });
  await world.create(probe, 'bad');
  await world.create(probe, 'good');
  const seats = [await world.open('ann', 'bad'), await world.open('bea', 'good')] as const;
  await world.stop(false);
  spoilt.add('bad');
  await world.start();
  await until(() => seats[0].status === 'refused');
  expect(seats[0].refusal).toBe('room-quarantined');
  await up(seats[1]);
  expect((await world.store.find('bad'))?.quarantined).toContain('bad');
});

it('[L45] another machine version continues a log that it reproduces, and quarantines one that it does not', async () => {
  world = await openWorld({ version: () => 'one' });
  await world.create(probe, 'p');
  const ann = await world.open('ann', 'p');
  await ann.submit('say', { text: 'x', ttlMs: 60_000 });
  const { replica } = world.room('p');
  await until(() => replica.tick > 25); // a second's ticks: the log has a hash after it
  await world.stop();
  await world.start({ version: () => 'two' });
  await up(ann);
  expect(await ann.submit('say', { text: 'y', ttlMs: 60_000 })).toMatchObject({ ok: true });

  await world.stop(false);
  const other: typeof probe = {
    ...probe,
    step(state, ctx) {
      probe.step?.(state, ctx);
      state.drift += 1;
    },
  };
  await world.start({ version: () => 'three', machines: [other, channel] });
  await until(() => ann.status === 'refused');
  expect((await world.store.find('p'))?.quarantined).toMatch(/seq \d+/);
});

it('[L45][L62] the settled mark proves the end of a log after a kill; an unproven end needs an explicit retry', async () => {
  world = await openWorld({ version: () => 'one' });
  await world.create(connectFour, 'm');
  const [ann, bea] = [await world.open('ann', 'm'), await world.open('bea', 'm')];
  await vi.waitFor(async () => expect((await world.store.find('m'))?.unsettled).toBe(false));
  await world.stop(false);
  await world.start({ version: () => 'two' });
  await up(ann, bea);
  await vi.waitFor(async () => expect((await world.store.find('m'))?.unsettled).toBe(false));

  const unsettled = (store: JournalStore): JournalStore => ({ ...store, settle: async () => {} });
  await world.stop();
  await world.start({ version: () => 'two' }, unsettled);
  await up(ann, bea);
  expect(await ann.submit('resign', {})).toMatchObject({ ok: true });
  await world.stop(false);
  await world.start({ version: () => 'three' });
  await until(() => ann.status === 'refused');
  expect((await world.store.find('m'))?.quarantined).toContain('no hash proves');
  let rest = await restOf(world);
  onTestFinished(() => rest.close());
  const unproven = expect.stringContaining('no hash proves');
  expect(await rest.retry('m')).toMatchObject({
    code: 503,
    details: { causes: [{ reason: 'room-quarantined', message: unproven }] },
  });
  const accepting = { kind: 'RoomRetry', spec: { acceptUnproven: true } };
  expect(await rest.retry('m', accepting)).toMatchObject({ status: 'Success', message: 'The room "m" is back.' });
  const accepted = 'an unproven end of the log is accepted';
  expect(rest.audited.map(({ name, subresource, code, note }) => [name, subresource, code, note])).toEqual([
    ['m', 'retry', 503, undefined],
    ['m', 'retry', 200, accepted],
  ]);
  expect(world.room('m').replica.state).toMatchObject({ phase: 'finished', ending: 'resigned' });

  await world.stop(false);
  const generous = {
    ...connectFour,
    commands: {
      ...connectFour.commands,
      resign: { ...connectFour.commands.resign, check: () => 'forbidden' as const },
    },
  };
  await world.start({ version: () => 'four', machines: [generous, channel] });
  await world.host.directory.wake('m');
  rest.close();
  rest = await restOf(world);
  expect(await rest.retry('m', accepting)).toMatchObject({
    code: 503,
    details: { causes: [{ reason: 'room-quarantined', message: expect.stringContaining('refused otherwise') }] },
  });
  expect(rest.audited).toMatchObject([{ code: 503, note: accepted }]);
});

it('[L46] a journal that cannot be opened refuses the start; nothing begins empty', async () => {
  world = await openWorld();
  await world.create(channel, 'talk');
  const file = `${(await import('node:os')).tmpdir()}/parlor-no-journal-${process.pid}.db`;
  const { writeFile, rm } = await import('node:fs/promises');
  await writeFile(file, 'this is no database, and was somebody’s journal once'.repeat(50));
  expect(() => sqliteStore(file)).toThrow();
  expect(() => new DatabaseSync(file).exec('select 1 from sqlite_master')).toThrow();
  await rm(file);
});
