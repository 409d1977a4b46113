import { afterEach, beforeEach, expect, it } from 'vitest';
import { probe } from '#rooms/testing/probe.ts';
import { openWorld, quiet, until, up, type World } from './harness.ts';

quiet();
let world: World;
beforeEach(async () => {
  world = await openWorld({ machines: [probe] });
});
afterEach(() => world.close());

it('[L127] bytes of a command are the same for the machine, its clients, its log and after a kill', async () => {
  await world.create(probe, 'p');
  const [ann, bea] = [await world.open('ann', 'p'), await world.open('bea', 'p')];
  const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7) % 256);
  expect(await ann.submit('sketch', { bytes })).toMatchObject({ ok: true });
  await until(() => bea.state.sketch !== undefined);
  const same = () => {
    for (const { state } of [ann, bea, world.room('p')])
      expect(Buffer.compare((state as { sketch: Uint8Array }).sketch, bytes)).toBe(0);
    expect((world.room('p').state as unknown as { sketch: object }).sketch.constructor).toBe(Uint8Array);
  };
  same();
  await world.stop(false);
  await world.start({ machines: [probe] });
  await up(ann, bea);
  same();
  const cat = await world.open('cat', 'p');
  expect(Buffer.compare(cat.state.sketch, bytes)).toBe(0);
});

it('[L127] bytes where the machine wants none, too many of them, and text in their place are refused by the field', async () => {
  await world.create(probe, 'p');
  const ann = await world.open('ann', 'p');
  const few = Uint8Array.of(1);
  for (const [type, payload, code, field] of [
    ['say', { text: few }, 'malformed', 'payload.text'],
    ['sketch', { bytes: 'AQ==' }, 'malformed', 'payload.bytes'],
    ['sketch', { bytes: { $b: 'AQ==' } }, 'malformed', 'payload.bytes'],
    ['sketch', { bytes: new Uint8Array(8 * 1024 + 1) }, 'malformed', 'payload.bytes'],
    ['sketch', { bytes: new Uint8Array(13_000) }, 'oversized', 'payload'],
  ] as const)
    expect(await ann.submit(type, payload)).toMatchObject({ ok: false, code, field });
  expect(await ann.submit('sketch', { bytes: few })).toMatchObject({ ok: true });
});
