/** The benchmark in its smallest form: that it runs, agrees on what was delivered, and reports. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const SMALL = ['--rooms', '2', '--clients', '2', '--seconds', '1', '--rounds', '1', '--warm-up', '0.5'];

it('[M1] the benchmark counts the same states on both sides, and its last line is one JSON object', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['loadtest/bench/main.ts', ...SMALL], { cwd: ROOT });
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>;
  expect(Object.keys(report)).toEqual([
    'updatesPerCpuSecondRatio',
    'journalCpuShare',
    'rssPerClientRatio',
    'statesPerSecond',
    'turnAckP50Ms',
    'turnAckP99Ms',
    'inputsUpdatesPerCpuSecondRatio',
    'inputsStatesPerSecond',
    'inputsAcked',
  ]);
  for (const value of Object.values(report)) expect(Number.isFinite(value)).toBe(true);
  expect(report.statesPerSecond).toBeGreaterThan(5);
  expect(report.inputsAcked).toBeGreaterThan(0.8);
  expect(report.turnAckP50Ms).toBeGreaterThan(0);
});
