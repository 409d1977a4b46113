/** The edge's benchmark in its smallest form: that it runs, and that what the edge adds is not out of all proportion. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const SMALL = ['--clients', '4', '--trips', '100', '--every', '4'];
/** The goal is 1; this is a machine that does other things meanwhile. */
const BEARABLE_MS = 10;

it("[Z14] the benchmark measures the edge's overhead beside the direct way and prints one JSON object", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['loadtest/edge/main.ts', ...SMALL], { cwd: ROOT });
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>;
  for (const value of Object.values(report)) expect(Number.isFinite(value)).toBe(true);
  expect(report.trips).toBe(400);
  expect(report.edgeP50Ms).toBeGreaterThan(0);
  expect(report.addedP50Ms).toBeLessThan(BEARABLE_MS);
});
