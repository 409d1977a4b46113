import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { againstRedis } from './against-redis.ts';
import { isClean } from './judge.ts';
import { keepSimulated } from './long.ts';
import { plantedScript, plantedStores, SCRIPT_PLANTS, STORE_PLANTS } from './plants.ts';
import { simulated } from './simulated.ts';
import type { Outcome } from './trial.ts';

const seed = Math.floor(Math.random() * 2 ** 32);

function wentWell(outcome: Outcome): void {
  expect(outcome.problems).toEqual([]);
  expect(outcome).toMatchObject({ lost: 0, double: 0, takenBack: 0, twin: 0, gaps: 0 });
  for (const many of [outcome.acked, outcome.seen, outcome.claims]) expect(many).toBeGreaterThan(0);
  for (const often of Object.values(outcome.kinds)) expect(often).toBeGreaterThan(0);
}

describe(`seed ${seed}`, () => {
  it('[X15] appends to a real Redis with lost answers, duplicates and late arrivals lose nothing', async () => {
    const { outcome } = await againstRedis({ seed, appends: 150 });
    console.log(JSON.stringify(outcome));
    wentWell(outcome);
    expect(outcome.appends).toBeGreaterThanOrEqual(150);
    expect(outcome.strays.fenced).toBeGreaterThan(0);
  });

  it('[X15] appends over a simulated network lose nothing either', async () => {
    const { outcome } = await simulated({ seed, appends: 600 });
    console.log(JSON.stringify(outcome));
    wentWell(outcome);
    expect(outcome.appends).toBeGreaterThanOrEqual(600);
    expect(outcome.strays.fenced).toBeGreaterThan(0);
  });

  it('[X16] a simulated run with the same seed goes the same way', async () => {
    const [one, other] = [await simulated({ seed, appends: 60 }), await simulated({ seed, appends: 60 })];
    expect(one.struck).toEqual(other.struck);
    expect(one.outcome).toEqual(other.outcome);
    expect(one.scene.records).toEqual(other.scene.records);
  });

  it.each(SCRIPT_PLANTS)('[X16] in a real Redis, %s is caught', async (plant) => {
    const options = { seed, appends: 400, script: plantedScript(plant), sealing: false };
    const { outcome } = await againstRedis(options);
    console.log(plant, JSON.stringify(outcome));
    expect(isClean(outcome)).toBe(false);
  });

  it.each(STORE_PLANTS)('[X16] over a simulated network, %s is caught', async (plant) => {
    const { outcome } = await simulated({ seed, appends: 400, broken: plantedStores(plant), sealing: false });
    console.log(plant, JSON.stringify(outcome));
    expect(isClean(outcome)).toBe(false);
  });

  it('[X17] a failed run yields a failing test with few faults', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'parlor-found-'));
    const planted = 'unknown-is-done';
    const sealing = false;
    const { struck } = await simulated({ seed, appends: 60, broken: plantedStores(planted), sealing });
    const few = await keepSimulated({ seed, appends: 60, planted, struck, directory, command: 'this test' });
    expect(few.length).toBeLessThan(4);
    const only = new Set(few);
    const [wrong, right] = [plantedStores(planted), {}];
    const runs = [wrong, right].map((broken) => () => simulated({ seed, appends: 60, only, broken, sealing }));
    const clean: boolean[] = [];
    for (const run of runs) clean.push(isClean((await run()).outcome));
    expect(clean).toEqual([false, true]);
    const text = await readFile(join(directory, `simulated-${seed}.test.ts`), 'utf8');
    expect(text).toContain(`seed: ${seed}, appends: 60, only`);
    await rm(directory, { recursive: true });
  });
});
