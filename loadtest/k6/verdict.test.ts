import { describe, expect, it } from 'vitest';
import { page } from './summary-page.ts';
import { figuresOf, type Judged, type Summary, verdictOf } from './verdict.ts';

const [truth, speed, generator]: Judged[] = [
  { metric: 'state_errors', rule: 'count==0', ok: false, kind: 'truth' },
  { metric: 'own_visible_ms', rule: 'p(99)<100', ok: false, kind: 'speed' },
  { metric: 'generator_lag_ms', rule: 'p(95)<30', ok: false, kind: 'generator' },
] as const;
const kept = (one: Judged | undefined) => ({ ...(one as Judged), ok: true });

const summary = (thresholds: Judged[]): Summary => ({
  scenario: 'join-storm',
  vus: 20,
  seconds: 10,
  smoke: false,
  digest: true,
  thresholds,
  values: {
    joins: { count: 1234, rate: 99 },
    state_patches: { count: 505 },
    join_ms: { count: 1234, med: 12.34, 'p(99)': 50 },
    back_ms: { count: 0, med: 0, 'p(99)': 0 },
    '<script>': { count: 1 },
  },
});

describe('a verdict', () => {
  it('[W7] a correctness violation counts, whether k6 was late or not', () => {
    expect(verdictOf([truth as Judged, kept(speed), generator as Judged])).toBe('violated');
    expect(verdictOf([truth as Judged, kept(speed), kept(generator)])).toBe('violated');
  });

  it('[W7] timings of a late generator are no verdict on the server', () => {
    expect(verdictOf([kept(truth), speed as Judged, generator as Judged])).toBe('invalid');
    expect(verdictOf([kept(truth), kept(speed), generator as Judged])).toBe('invalid');
    expect(verdictOf([kept(truth), speed as Judged, kept(generator)])).toBe('violated');
    expect(verdictOf([kept(truth), kept(speed), kept(generator)])).toBe('passed');
  });

  it('[W7] figures are per second of a session, and absent where nothing was measured', () => {
    const figures = figuresOf(summary([]));
    expect(figures).toMatchObject({ joinsPerSecond: 123.4, patchesPerSecond: 50.5, stateErrors: 0 });
    const { backP50Ms, ownVisibleP50Ms, commandsPerSecond } = figures;
    expect([backP50Ms, ownVisibleP50Ms, commandsPerSecond]).toEqual([undefined, undefined, undefined]);
  });

  it('[W7] the summary page reports rule by rule, and runs no script', () => {
    const html = page(summary([kept(truth), generator as Judged]));
    expect(html).toContain('This run is invalid');
    expect(html).toContain('generator_lag_ms');
    expect(html).toContain('p(95)&lt;30');
    expect(html).not.toContain('<script');
  });
});
