/** From a summary to what it means. Pure; read by `npm run load`. */
import type { Kind, Scenario } from './thresholds.ts';

export type Judged = { metric: string; rule: string; ok: boolean; kind: Kind };
export type Summary = {
  scenario: Scenario;
  vus: number;
  /** Each virtual user's session. */
  seconds: number;
  smoke: boolean;
  digest: boolean;
  thresholds: Judged[];
  /** By metric, as k6 names them: `count`, `rate`, `med`, `p(99)` … */
  values: Record<string, Record<string, number>>;
};

export type Verdict = 'passed' | 'violated' | 'invalid';

/**
 * A slow k6 is never taken for a slow server: its times are worth nothing. What is wrong at any speed stays wrong.
 */
export function verdictOf(thresholds: readonly Judged[]): Verdict {
  const failed = new Set(thresholds.filter(({ ok }) => !ok).map(({ kind }) => kind));
  if (failed.has('truth')) return 'violated';
  if (failed.has('generator')) return 'invalid';
  return failed.has('speed') ? 'violated' : 'passed';
}

/** The numbers that one looks at first; each is undefined where the scenario does not have it. */
export type Figures = {
  scenario: Scenario;
  vus: number;
  joinsPerSecond: number | undefined;
  patchesPerSecond: number | undefined;
  commandsPerSecond: number | undefined;
  requestsPerSecond: number | undefined;
  ownVisibleP50Ms: number | undefined;
  ownVisibleP99Ms: number | undefined;
  backP50Ms: number | undefined;
  backP99Ms: number | undefined;
  generatorLagP95Ms: number | undefined;
  digests: number;
  stateErrors: number;
  lostCommands: number;
};

export function figuresOf({ scenario, vus, seconds, values }: Summary): Figures {
  const perSecond = (metric: string) => {
    const count = values[metric]?.count ?? 0;
    return count > 0 ? round(count / seconds) : undefined;
  };
  const time = (metric: string, of: string) => {
    const found = values[metric];
    return found && found.count !== 0 && found[of] !== undefined ? round(found[of]) : undefined;
  };
  return {
    scenario,
    vus,
    // Elsewhere all come once, in the ramp.
    joinsPerSecond: scenario === 'join-storm' ? perSecond('joins') : undefined,
    patchesPerSecond: perSecond('state_patches'),
    commandsPerSecond: perSecond('commands'),
    requestsPerSecond: perSecond('rest_ms'),
    ownVisibleP50Ms: time('own_visible_ms', 'med'),
    ownVisibleP99Ms: time('own_visible_ms', 'p(99)'),
    backP50Ms: time('back_ms', 'med'),
    backP99Ms: time('back_ms', 'p(99)'),
    generatorLagP95Ms: time('generator_lag_ms', 'p(95)'),
    digests: values.digests?.count ?? 0,
    stateErrors: values.state_errors?.count ?? 0,
    lostCommands: values.lost_commands?.count ?? 0,
  };
}

const round = (n: number) => Math.round(n * 10) / 10;
