/** A summary as one page without scripts or anything from elsewhere. Pure. */
import type { Judged, Summary } from './verdict.ts';
import { verdictOf } from './verdict.ts';

const SENTENCE = {
  passed: 'Every threshold was kept.',
  violated: 'A threshold was violated.',
  invalid: 'This run is invalid: k6 itself was late, so its times say nothing of the server.',
} as const;

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8d4cc, #3a3834); --soft: light-dark(#6b665e, #a39d92) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } p { margin: .25rem 0 2rem; color: var(--soft) }
h2 { font-size: 1rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left } th { font-weight: 500; color: var(--soft) }
.no { color: light-dark(#b3261e, #ff8a80); font-weight: 600 }
`;

export function page(summary: Summary): string {
  const { scenario, vus, seconds, smoke, thresholds } = summary;
  const verdict = verdictOf(thresholds);
  const title = `Load: ${html(scenario)}`;
  const size = `${vus} virtual users, ${seconds} s each${smoke ? ', smoke' : ''}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1>
<p>${size}. <span class="${verdict === 'passed' ? 'yes' : 'no'}">${SENTENCE[verdict]}</span></p>
${thresholdTable(thresholds)}
${measureTable(summary)}
</body></html>
`;
}

function thresholdTable(thresholds: readonly Judged[]): string {
  const rows = thresholds.map(({ metric, rule, ok, kind }) => {
    const kept = ok ? '<td>kept</td>' : '<td class="no">violated</td>';
    return `<tr><td>${html(metric)}</td><td>${html(rule)}</td><td>${kind}</td>${kept}</tr>`;
  });
  return table('Thresholds', ['metric', 'rule', 'kind', ''], rows);
}

function measureTable({ values }: Summary): string {
  const columns = ['count', 'rate', 'min', 'med', 'p(95)', 'p(99)', 'max'];
  const names = Object.keys(values).sort();
  const rows = names.map((name) => {
    const cells = columns.map((column) => `<td>${shown(values[name]?.[column])}</td>`).join('');
    return `<tr><td>${html(name)}</td>${cells}</tr>`;
  });
  return table('Measures', ['metric', ...columns], rows);
}

function table(title: string, columns: readonly string[], rows: readonly string[]): string {
  const head = columns.map((column) => `<th>${html(column)}</th>`).join('');
  return `<h2>${title}</h2><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function shown(value: number | undefined): string {
  return value === undefined ? '' : String(Math.round(value * 100) / 100);
}

function html(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
