import { afterEach, expect, it } from 'vitest';
import { historyOf } from '#rooms/host/journal.ts';
import { readAll } from '#rooms/host/pages.ts';
import { retrace } from '#rooms/kernel/replay.ts';
import { probe } from '#rooms/testing/probe.ts';
import type { Probe } from '#rooms/testing/probe-state.ts';
import { openWorld, quiet, up, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

it("[L19] the log records a command's grants, and a replay uses them", async () => {
  world = await openWorld();
  await world.create(probe, 'p');
  const ann = await world.open('ann', 'p');
  const bea = await world.open('bea', 'p');
  const admin = await world.open('adam', 'p', { roles: ['admin'] });
  const say = async (text: string) => (await ann.submit('say', { text, ttlMs: 60_000 })) as { ok: true; seq: number };
  const [first, second, third] = [await say('first'), await say('second'), await say('third')];
  expect(await bea.submit('erase', { id: first.seq })).toMatchObject({ ok: false, code: 'not-yours' });
  expect(await admin.submit('erase', { id: second.seq })).toMatchObject({ ok: true });
  expect(await ann.submit('erase', { id: third.seq })).toMatchObject({ ok: true });

  await world.stop(false);
  await world.start();
  await up(ann, bea, admin);
  expect([...(world.room('p').replica.state as Probe).notes.keys()]).toEqual([String(first.seq)]);
  const { room, journal } = world.room('p').journal.claim;
  const kept = await readAll(world.store, { room, journal });
  const history = historyOf(world.keyring.journalSeal(), { room, journal }, kept ?? { entries: [] });
  const erased = history.batches.flatMap(({ commands }) =>
    commands.flatMap((one) => (one.k === 'do' && one.type === 'erase' ? [one.grants] : [])),
  );
  expect(erased).toEqual([undefined, ['clean'], undefined]);

  const without = structuredClone(history);
  for (const { commands } of without.batches) for (const one of commands) if (one.k === 'do') delete one.grants;
  const { genesis, batches } = without;
  expect(() => retrace(probe, { ...(genesis && { genesis }), batches }, 'test')).toThrow('not-yours');
});
