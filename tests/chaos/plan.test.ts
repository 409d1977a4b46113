import { expect, it } from 'vitest';
import { STEPS } from '#rooms/host/steps.ts';
import { deathsOf, plan } from './plan.ts';

const LEASE_MS = 1_000;

it('[X13] the faults of a run follow from its seed, and are enough', () => {
  expect(plan(7, 30, LEASE_MS)).toEqual(plan(7, 30, LEASE_MS));
  expect(plan(7, 30, LEASE_MS)).not.toEqual(plan(8, 30, LEASE_MS));
  const deaths = plan(7, 30, LEASE_MS).reduce((sum, fault) => sum + deathsOf(fault), 0);
  expect([30, 31]).toContain(deaths);
});

it('[X13] every kind of fault comes, and every step of the host', () => {
  const faults = plan(1, 1_000, LEASE_MS);
  expect(new Set(faults.map(({ kind }) => kind)).size).toBe(12);
  expect(new Set(faults.flatMap((fault) => ('step' in fault ? [fault.step] : [])))).toEqual(new Set(STEPS));
  for (const fault of faults) if (fault.kind === 'freeze') expect(fault.ms).toBeGreaterThan(LEASE_MS);
});
