/** A run in a line, and why it is not a good one. Pure. */
import type { Figures, Summary, Verdict } from '../k6/verdict.ts';

const COLUMNS: readonly [title: string, of: (figures: Figures) => number | string | undefined][] = [
  ['scenario', ({ scenario }) => scenario],
  ['users', ({ vus }) => vus],
  ['joins/s', (f) => f.joinsPerSecond],
  ['patches/s', (f) => f.patchesPerSecond],
  ['commands/s', (f) => f.commandsPerSecond],
  ['requests/s', (f) => f.requestsPerSecond],
  ['own p50 ms', (f) => f.ownVisibleP50Ms],
  ['own p99 ms', (f) => f.ownVisibleP99Ms],
  ['back p50 ms', (f) => f.backP50Ms],
  ['back p99 ms', (f) => f.backP99Ms],
  ['lag p95 ms', (f) => f.generatorLagP95Ms],
  ['digests', (f) => f.digests],
  ['wrong', (f) => f.stateErrors],
];

const pad = (value: number | string | undefined, i: number) => {
  const width = (COLUMNS[i]?.[0].length ?? 0) + 2;
  return i === 0 ? String(value).padEnd(14) : String(value ?? '–').padStart(width);
};

export const heading = (): string => COLUMNS.map(([title], i) => pad(title, i)).join('');

export function row(figures: Figures, verdict: Verdict): string {
  return `${COLUMNS.map(([, of], i) => pad(of(figures), i)).join('')}  ${verdict}`;
}

/** What failed; of a run whose generator was late, what cannot be said. */
export function violations({ thresholds, values }: Summary, verdict: Verdict): string[] {
  const failed = thresholds.filter(({ ok }) => !ok);
  const lines = failed.map(({ metric, rule }) => {
    const of = rule.replace(/[<>=].*/, '').trim();
    return `  violated: ${metric} ${rule}, it was ${values[metric]?.[of] ?? 'nothing'}`;
  });
  if (failed.some(({ kind }) => kind === 'generator')) {
    lines.push('  k6 itself was late: its times say nothing of the server. Let fewer users come, or use more cores.');
  }
  if (verdict === 'invalid') lines.push('  This run is invalid.');
  return lines;
}
