/** The table in docs/limits.md. */
import { type Cost, USUAL, type Way } from './way.ts';

const WORDS: Record<keyof Cost, string> = {
  json: 'JSON',
  compiled: 'compiled',
  answered: 'answered',
  kept: 'kept',
  logged: 'logged',
  calls: 'calls',
  held: 'held',
};

const inWords = (cost: Cost) =>
  (Object.keys(WORDS) as (keyof Cost)[]).map((name) => `${WORDS[name]} ${cost[name]}`).join(', ');

/** Markdown; the last column is what was measured at the last update. */
export function rowsOf(ways: readonly Way[], measured: ReadonlyMap<Way, Cost>): string {
  const head = ['| way in | by | refused before any work | budget of one | measured |', '|---|---|---|---|---|'];
  const rows = ways.map((way) => {
    const found = measured.get(way);
    const budget = inWords({ ...USUAL, ...way.budget });
    return `| ${way.way} | ${way.by} | ${way.limit} | ${budget} | ${found ? inWords(found) : ''} |`;
  });
  return [...head, ...rows].join('\n');
}
