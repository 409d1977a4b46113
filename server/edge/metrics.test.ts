import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createEdgeMetrics, EDGE_METRICS } from '#server/edge/metrics.ts';

it('[Z11] an edge serves every listed metric with its help text, and docs/metrics.md lists them', async () => {
  const metrics = createEdgeMetrics();
  metrics.count({ sockets: () => 3, held: () => 1 });
  metrics.cut('claimed');
  metrics.dialled(2);
  metrics.answered('socket', 101);
  metrics.refused('rate');
  const page = await metrics.page();
  const docs = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  for (const [name, help] of Object.entries(EDGE_METRICS)) {
    expect(page).toContain(`# HELP ${name} ${help}\n`);
    expect(docs).toContain(`| \`${name}\` | ${help} |`);
  }
  expect(page).toContain('parlor_edge_sockets 3');
  expect(page).toContain('parlor_edge_cut_total{reason="claimed"} 1');
});
