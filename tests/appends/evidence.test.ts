import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Case, keepRooms } from '#tests/chaos/evidence.ts';
import { ARENA } from '#tests/chaos/orders.ts';
import { check } from '#tests/kill/checker.ts';
import { plantedStores } from './plants.ts';
import { simulated } from './simulated.ts';

it('[X17] each damaged room yields its log, the few answers that prove the loss, and a failing test', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parlor-found-'));
  const { outcome, scene } = await simulated({
    seed: 77,
    appends: 200,
    broken: plantedStores('unknown-is-done'),
    sealing: false,
  });
  expect(outcome.lost).toBeGreaterThan(0);
  await keepRooms(directory, 'this test', scene);
  const files = await readdir(directory);
  const cases = files.filter((file) => file.endsWith('.json'));
  expect(cases.length).toBeGreaterThan(0);
  for (const file of cases) {
    const { log, records } = JSON.parse(await readFile(join(directory, file), 'utf8')) as Case;
    const { lost, double, takenBack } = check(ARENA, log, records);
    expect(lost + double + takenBack).toBeGreaterThan(0);
    const kept = records.flatMap(({ noted }) => noted.filter(({ k }) => k === 'answered' || k === 'saw'));
    expect(kept.length).toBeLessThanOrEqual(3);
    expect(files).toContain(file.replace('.json', '.test.ts'));
  }
  await rm(directory, { recursive: true });
});
