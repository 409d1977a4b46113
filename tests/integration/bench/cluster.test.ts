/** The benchmark of many processes in its smallest form: that it runs, agrees on what was delivered, and reports. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const SMALL = [
  '--processes',
  '2',
  '--rooms',
  '2',
  '--clients',
  '2',
  '--seconds',
  '1',
  '--rounds',
  '1',
  '--warm-up',
  '1',
];

it('[M2] two processes of each kind deliver the same states, and its last line is one JSON object', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['loadtest/bench/cluster.ts', ...SMALL], {
    cwd: ROOT,
  });
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>;
  expect(Object.keys(report)).toEqual([
    'updatesPerCpuSecondRatio2',
    'joinsPerSecondRatio2',
    'statesPerSecond2',
    'ackP50Ms2',
    'stockAckP50Ms2',
  ]);
  for (const value of Object.values(report)) expect(Number.isFinite(value) && value > 0).toBe(true);
  expect(report.statesPerSecond2).toBeGreaterThan(5);
});
