/** What a run leaves behind: `summary.json` for programs, `summary.html` for people. */
import { DIGEST, SCENARIO, SECONDS, VUS } from './plan.ts';
import { page } from './summary-page.ts';
import { kindOf } from './thresholds.ts';
import type { Judged, Summary } from './verdict.ts';

type Metric = {
  type: string;
  values: Record<string, number>;
  thresholds?: Record<string, { ok: boolean }>;
};
type Data = { metrics: Record<string, Metric> };

export function summarise({ metrics }: Data): Record<string, string> {
  const thresholds: Judged[] = [];
  for (const [metric, { thresholds: rules = {} }] of Object.entries(metrics)) {
    for (const [rule, { ok }] of Object.entries(rules)) thresholds.push({ metric, rule, ok, kind: kindOf(metric) });
  }
  const values = Object.fromEntries(Object.entries(metrics).map(([name, { values }]) => [name, values]));
  const smoke = __ENV.SMOKE === 'on';
  const summary: Summary = {
    scenario: SCENARIO,
    vus: VUS,
    seconds: SECONDS,
    smoke,
    digest: DIGEST,
    thresholds,
    values,
  };
  const directory = __ENV.OUT ?? '.';
  return {
    [`${directory}/summary.json`]: `${JSON.stringify(summary, null, 2)}\n`,
    [`${directory}/summary.html`]: page(summary),
  };
}
