import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createEdgeMetrics, EDGE_METRICS } from '#server/edge/metrics.ts';
import { createMetrics, METRICS } from '#server/telemetry/metrics.ts';

type Panel = { title: string; type: string; targets?: { expr: string; legendFormat: string }[] };

const dashboard = JSON.parse(readFileSync(new URL('../../helm/dashboards/parlor.json', import.meta.url), 'utf8'));
const panels: Panel[] = dashboard.panels.filter(({ type }: Panel) => type !== 'row');

/** What whoever scrapes adds. */
const SCRAPED = ['namespace', 'pod'];

/** Every series that the program really writes, with the names of its labels. */
async function exported(): Promise<Map<string, Set<string>>> {
  const process = createMetrics({
    clients: () => 1,
    rooms: () => new Map([['chat', 1]]),
    findings: () => [{ failure: 'redis-evicts' }],
  });
  const { meter } = process;
  meter.appended(1, 1);
  meter.late(1);
  meter.fault('chat', 'apply');
  meter.restored(1, 'other');
  meter.fenced();
  meter.dropped('input', 'rate');
  process.request('GET', 'players', 200, 0.1);
  process.refused('rate');
  process.shadowed({ rooms: 1, unproven: 0, unchecked: 0, diverging: [] });
  const edge = createEdgeMetrics();
  edge.count({ sockets: () => 1, held: () => 0 });
  edge.cut('claimed');
  edge.dialled(1);
  edge.answered('socket', 101);
  edge.refused('rate');
  global.gc?.();
  const pages = `${await process.page()}\n${await edge.page()}`;
  const series = new Map<string, Set<string>>();
  for (const [, name = '', kind] of pages.matchAll(/^# TYPE (\S+) (\S+)/gm)) {
    const names = kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
    for (const one of names) series.set(one, new Set());
  }
  for (const [, name = '', labels = ''] of pages.matchAll(/^([a-z]\w*)\{([^}]*)\}/gm))
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) series.get(name)?.add(label);
  return series;
}

/** What is wrong with an expression of PromQL: series that nobody writes, labels that they do not have. */
function wrong(expr: string, series: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const bare = expr.replace(/"[^"]*"/g, '""').replace(/\[[^\]]*\]/g, '');
  const labels = [
    ...[...bare.matchAll(/\b(?:by|without) ?\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
    ...[...bare.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*""/g)].map(([, name = '']) => name),
  ];
  const names = bare.replace(/\{[^}]*\}/g, '').replace(/\b(?:by|without) ?\([^)]*\)/g, '');
  const used = [...names.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name);
  const known = new Set([...SCRAPED, ...used.flatMap((name) => [...(series.get(name) ?? [])])]);
  return [...used.filter((name) => !series.has(name)), ...labels.filter((label) => !known.has(label))];
}

it('[O10] each panel queries exported series by labels that they have', async () => {
  const series = await exported();
  expect(panels.length).toBeGreaterThan(20);
  for (const { title, targets = [] } of panels) {
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr, legendFormat } of targets) {
      expect(wrong(expr, series), `${title}: ${expr}`).toEqual([]);
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        expect(expr, `${title}: ${legendFormat}`).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
    }
  }
});

it('[O10] an unknown series, an unknown label and a histogram without its suffix are detected', async () => {
  const series = await exported();
  expect(wrong('sum by (pod) (parlor_client{pod=~"$pod"})', series)).toEqual(['parlor_client']);
  expect(wrong('sum by (game) (parlor_rooms)', series)).toEqual(['game']);
  expect(wrong('rate(parlor_append_seconds{le="1"}[1m])', series)).toEqual(['parlor_append_seconds', 'le']);
  expect(wrong('1 - parlor_paused / on (pod) parlor_paused{machine!="x"}', series)).toContain('machine');
  expect(wrong('histogram_quantile(0.9, sum by (le) (rate(parlor_append_seconds_bucket[1m])))', series)).toEqual([]);
});

it('[O10] the dashboard covers every metric', () => {
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n');
  const listed = [...Object.keys(METRICS), ...Object.keys(EDGE_METRICS)];
  expect(listed.filter((name) => !new RegExp(`\\b${name}(_bucket|_sum|_count)?\\b`).test(asked))).toEqual([]);
});
