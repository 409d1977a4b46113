/** How many do what for how long: k6's options for one scenario, from what `npm run load` says. */
import type { Options } from 'k6/options';
import { type Scenario, type Thresholds, thresholds } from './thresholds.ts';

const whole = (name: string, fallback: number) => Number(__ENV[name] ?? fallback);

export const VUS = whole('VUS', 5);
export const SECONDS = whole('SECONDS', 8);
/** Over this long all have come, at random moments. */
const RAMP_SECONDS = whole('RAMP', 2);
export const RAMP_MS = RAMP_SECONDS * 1000;
export const DIGEST = __ENV.DIGEST === 'on';
export const SCENARIO = (__ENV.SCENARIO ?? 'lobby-chat') as Scenario;
/** Rooms of the probe that the server has, `probe-0` and on. */
export const PROBE_ROOMS = whole('PROBE_ROOMS', 1);

/** Longer than the last move, its goodbye, and a return take. */
const GRACE_SECONDS = 30;

/** With what this run asks for besides: `metric:rule`, checked by `npm run load`. */
function required(found: Thresholds): Thresholds {
  for (const text of JSON.parse(__ENV.REQUIRE ?? '[]') as string[]) {
    const [metric = '', rule = ''] = text.split(':');
    found[metric] = [...(found[metric] ?? []), rule];
  }
  return found;
}

/** One session for each virtual user, who says goodbye in the end: k6 is not to cut anybody off. */
export function plan(): Options {
  const circumstances = { smoke: __ENV.SMOKE === 'on', digest: DIGEST, processes: whole('PROCESSES', 1) };
  return {
    scenarios: {
      [SCENARIO]: {
        executor: 'per-vu-iterations',
        vus: VUS,
        iterations: 1,
        maxDuration: `${RAMP_SECONDS + SECONDS + GRACE_SECONDS}s`,
        gracefulStop: '0s',
      },
    },
    thresholds: required(thresholds(SCENARIO, circumstances)),
    summaryTrendStats: ['count', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
    systemTags: ['name', 'status', 'method', 'scenario'],
    insecureSkipTLSVerify: __ENV.INSECURE === 'on',
    userAgent: 'parlor-load',
  };
}
