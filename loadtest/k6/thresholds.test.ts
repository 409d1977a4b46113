import { describe, expect, it } from 'vitest';
import { parseRule } from '../run/rules.ts';
import { kindOf, SCENARIOS, type Thresholds, thresholds } from './thresholds.ts';

const REAL = { smoke: false, digest: true, processes: 1 };
const rulesOf = (found: Thresholds) =>
  Object.entries(found).flatMap(([metric, rules]) =>
    rules.map((rule) => ({ metric, ...parseRule(`${metric}:${rule}`) })),
  );

describe.each(SCENARIOS)('the thresholds of %s', (scenario) => {
  it('[W6] each threshold is a valid expression on a measured metric', () => {
    for (const smoke of [false, true]) {
      for (const processes of [1, 3]) {
        expect(rulesOf(thresholds(scenario, { ...REAL, smoke, processes })).length).toBeGreaterThan(5);
      }
    }
  });

  it('[W6] thresholds cover correctness, speed, and k6 itself', () => {
    const kinds = new Set(Object.keys(thresholds(scenario, REAL)).map(kindOf));
    expect([...kinds].sort()).toEqual(['generator', 'speed', 'truth']);
    expect(thresholds(scenario, REAL).state_errors).toEqual(['count==0']);
  });

  it('[W6] an empty run fails', () => {
    const counts = rulesOf(thresholds(scenario, REAL)).filter(({ of, is }) => of === 'count' && is === '>');
    expect(counts.length).toBeGreaterThan(0);
  });

  it('[W6] a smoke run relaxes timings and not correctness', () => {
    const smoke = new Map(
      rulesOf(thresholds(scenario, { ...REAL, smoke: true })).map((r) => [`${r.metric} ${r.of}`, r]),
    );
    for (const { metric, of, bound } of rulesOf(thresholds(scenario, REAL))) {
      const patient = smoke.get(`${metric} ${of}`)?.bound ?? Number.NaN;
      if (kindOf(metric) === 'truth') expect(patient).toBe(bound);
      else expect(patient).toBeGreaterThan(bound);
    }
  });
});

describe('thresholds', () => {
  it('[W6] a digest is requested only where the server has one', () => {
    expect(thresholds('probe', REAL).digest_equal).toEqual(['rate==1']);
    expect(thresholds('probe', { ...REAL, digest: false })).not.toHaveProperty('digest_equal');
  });

  it('[W6] a cluster must recover sooner than a single process that restarts', () => {
    const bound = (processes: number) =>
      rulesOf(thresholds('kill', { ...REAL, processes })).find(
        ({ metric, of }) => metric === 'back_ms' && of === 'p(99)',
      );
    expect(bound(3)?.bound).toBeLessThan(bound(1)?.bound as number);
  });

  it('[W6] sockets may break only in scenarios that kill a process', () => {
    const calm = SCENARIOS.filter((scenario) => 'drops' in thresholds(scenario, REAL));
    expect(calm).toEqual(SCENARIOS.filter((scenario) => scenario !== 'kill'));
  });
});
