import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { API_OF } from './api.ts';
import { CLUSTER } from './cluster.ts';
import { EDGE } from './edge.ts';
import { FRAMES_OF } from './frames.ts';
import { HTTP } from './http.ts';
import { rowsOf } from './page.ts';
import { SIGN_IN } from './sign-in.ts';
import { SOCKETS } from './sockets.ts';
import { type Cost, USUAL, type Way } from './way.ts';
import { openWorld, type World } from './world.ts';

quiet();
// The matches that the last row opens end by themselves, half a minute later.
const WAYS: readonly Way[] = [...SOCKETS, ...FRAMES_OF, ...CLUSTER, ...EDGE, ...SIGN_IN, ...API_OF, ...HTTP];
const PAGE = new URL('../../../docs/limits.md', import.meta.url);

let world: World;
const measured = new Map<Way, Cost>();
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

it.for(WAYS.map((way) => [way.way, way] as const))(
  '[N6] input costs at most its budget: %s',
  { timeout: 60_000 },
  async ([, way]) => {
    const { flood, cost } = await world.measure(way);
    measured.set(way, cost);
    console.log(
      `${way.way}\n  ${flood.units} units, ${flood.admitted} admitted, ${flood.received} bytes; each ${JSON.stringify(cost)}`,
    );
    const budget: Cost = { ...USUAL, ...way.budget };
    for (const name of Object.keys(budget) as (keyof Cost)[])
      expect({ [name]: cost[name] }).toSatisfy(() => cost[name] <= budget[name], `${name} is at most ${budget[name]}`);
    expect(flood.admitted).toBeLessThanOrEqual(way.admits ?? flood.units);
    if (way.admits !== 0) expect(flood.admitted).toBeGreaterThan(0);
  },
);

it('[N6] docs/limits.md has a row with its budget for each entry point; UPDATE=1 writes it, with the measured values', async () => {
  const page = await readFile(PAGE, 'utf8');
  const [head = '', , tail = ''] = page.split(/(?<=<!-- ways -->\n)|(?=<!-- \/ways -->)/);
  if (process.env.UPDATE) await writeFile(PAGE, `${head}\n${rowsOf(WAYS, measured)}\n${tail}`);
  const budgets = (text: string) =>
    text.split('\n').flatMap((line) => (line.startsWith('|') ? [line.split(' | ').slice(0, -1).join(' | ')] : []));
  expect(budgets(await readFile(PAGE, 'utf8'))).toEqual(budgets(rowsOf(WAYS, measured)));
});
