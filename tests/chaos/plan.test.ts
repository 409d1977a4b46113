import { expect, it } from 'vitest';
import { STEPS } from '#rooms/host/steps.ts';
import { deathsOf, plan } from './plan.ts';

const LEASE_MS = 1_000;
const PLAN = { seed: 7, kills: 30, leaseMs: LEASE_MS };

it("[X13] a run's faults follow from its seed, and are enough", () => {
  expect(plan(PLAN)).toEqual(plan(PLAN));
  expect(plan(PLAN)).not.toEqual(plan({ ...PLAN, seed: 8 }));
  const deaths = plan(PLAN).reduce((sum, fault) => sum + deathsOf(fault), 0);
  expect([30, 31]).toContain(deaths);
});

it('[X13] every kind of fault occurs, and every step of the host', () => {
  const faults = plan({ ...PLAN, kills: 1_000 });
  expect(new Set(faults.map(({ kind }) => kind)).size).toBe(16);
  expect(new Set(faults.flatMap((fault) => ('step' in fault ? [fault.step] : [])))).toEqual(new Set(STEPS));
  for (const fault of faults) if (fault.kind === 'freeze') expect(fault.ms).toBeGreaterThan(LEASE_MS);
});
