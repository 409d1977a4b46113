/**
 * What a run must keep to. Three kinds: what must be true at any speed, what must be fast enough, and what must be
 * so for the second kind to mean anything. Read by k6 (`plan.ts`) and, for the verdict, by `npm run load`.
 */
export const SCENARIOS = ['lobby-chat', 'connect-four', 'probe', 'join-storm', 'rest-mix', 'kill'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** `generator`: when it fails, k6 was the bottleneck, and `speed` says nothing of the server. */
export type Kind = 'truth' | 'speed' | 'generator';
/** By metric, expressions as k6 knows them. */
export type Thresholds = Record<string, string[]>;

export type Circumstances = {
  smoke: boolean;
  /** Does the server answer with digests of its states? */
  digest: boolean;
  /** How many processes share the rooms; the only one takes them down with it until it is started again. */
  processes: number;
};

/** A smoke run shares its machine with other work: times are only to be of the right order. */
const SMOKE_PATIENCE = 20;

/** Upper bounds in ms, by metric and what of it. */
type Bounds = Record<string, Record<string, number>>;

const GENERATOR: Bounds = { generator_lag_ms: { 'p(95)': 30 } };

const SPEED: Record<Scenario, Bounds> = {
  'lobby-chat': { own_visible_ms: { med: 15, 'p(99)': 100 }, join_ms: { 'p(99)': 500 } },
  'connect-four': { own_visible_ms: { med: 15, 'p(99)': 100 }, join_ms: { 'p(99)': 500 } },
  // A tick comes every 50 ms.
  probe: { own_visible_ms: { med: 60, 'p(99)': 150 }, join_ms: { 'p(99)': 500 } },
  'join-storm': { join_ms: { med: 100, 'p(99)': 500 } },
  'rest-mix': { rest_ms: { med: 15, 'p(99)': 150 } },
  kill: { own_visible_ms: { med: 60 }, join_ms: { 'p(99)': 500 } },
};

/** From a socket that broke to being let through again, ms: all processes and k6 may share two cores. */
const BACK = { alone: { 'p(99)': 8_000 }, together: { med: 750, 'p(99)': 1_500 } };

const NEVER_WRONG: Thresholds = { state_errors: ['count==0'], lost_commands: ['count==0'] };
/** k6 passes a threshold on a metric that nothing was added to, so each scenario says what it must have done. */
const DONE: Record<Scenario, Thresholds> = {
  'lobby-chat': { commands: ['count>0'], state_patches: ['count>0'] },
  'connect-four': { commands: ['count>0'], matches_played: ['count>0'] },
  probe: { commands: ['count>0'], state_patches: ['count>0'] },
  'join-storm': { joins: ['count>0'] },
  'rest-mix': { rest_ok: ['rate==1'], commands: ['count>0'] },
  kill: { commands: ['count>0'], returns: ['count>0'] },
};

export function thresholds(scenario: Scenario, { smoke, digest, processes }: Circumstances): Thresholds {
  const speed = {
    ...SPEED[scenario],
    ...(scenario === 'kill' && { back_ms: processes > 1 ? BACK.together : BACK.alone }),
  };
  const patience = smoke ? SMOKE_PATIENCE : 1;
  const found: Thresholds = {};
  const add = (more: Thresholds) => {
    for (const [metric, rules] of Object.entries(more)) found[metric] = [...(found[metric] ?? []), ...rules];
  };
  add(NEVER_WRONG);
  add(DONE[scenario]);
  if (scenario !== 'rest-mix') add({ join_ok: ['rate==1'] });
  if (scenario !== 'kill') add({ drops: ['count==0'] });
  if (digest && scenario !== 'rest-mix') add({ digest_equal: ['rate==1'], digests: ['count>0'] });
  for (const bounds of [speed, GENERATOR] as Bounds[]) {
    for (const [metric, limits] of Object.entries(bounds)) {
      add({ [metric]: Object.entries(limits).map(([of, ms]) => `${of}<${ms * patience}`) });
    }
  }
  return found;
}

export function kindOf(metric: string): Kind {
  if (metric in GENERATOR) return 'generator';
  return metric.endsWith('_ms') ? 'speed' : 'truth';
}
