/** What `npm run load -- …` was told, or the sentence that says what is wrong with it. Pure. */
import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from '../k6/thresholds.ts';
import type { Remote } from './remote.ts';
import { parseRule } from './rules.ts';

export type Orders = {
  scenarios: Scenario[];
  smoke: boolean;
  /** A Parlor that runs already; its accounts are in a file. */
  remote: Remote | undefined;
  vus: number | undefined;
  seconds: number | undefined;
  /** Processes of the Parlor that is started. */
  processes: number;
  /** Further thresholds, `metric:rule`. */
  required: string[];
  out: string;
};

export const USAGE = `npm run load -- <scenario>|all [options]

  scenarios              ${SCENARIOS.join(', ')}
  --smoke                small and short: does it work at all
  --address URL          a Parlor that runs already, in place of one that is started for the run
  --accounts FILE        its accounts: [{"username": …, "password": …}, …], one for each virtual user
  --processes N          how many the Parlor that is started has, behind an edge; 1, without one
  --vus N, --seconds N   how many come, and how long each stays
  --require METRIC:RULE  a further threshold, such as "own_visible_ms:p(99)<50"; may be given more than once
  --out DIRECTORY        where the summaries go; .cache/load
`;

const OPTIONS = {
  smoke: { type: 'boolean', default: false },
  address: { type: 'string' },
  accounts: { type: 'string' },
  processes: { type: 'string' },
  vus: { type: 'string' },
  seconds: { type: 'string' },
  require: { type: 'string', multiple: true, default: [] as string[] },
  out: { type: 'string', default: '.cache/load' },
} as const;

const MOST_PROCESSES = 10;
/** The server of the load test itself: a product has no probe, and cannot be killed from here. */
const LOCAL_ONLY: readonly Scenario[] = ['probe', 'kill'];

export function ordersOf(args: readonly string[]): Orders | { mistake: string } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const remote = remoteOf(values.address, values.accounts);
    const scenarios = scenariosOf(positionals, remote !== undefined);
    for (const rule of values.require) parseRule(rule);
    return {
      scenarios,
      smoke: values.smoke,
      remote,
      vus: wholeOf('--vus', values.vus),
      seconds: wholeOf('--seconds', values.seconds),
      processes: processesOf(values.processes, remote),
      required: values.require,
      out: values.out,
    };
  } catch (error) {
    return { mistake: (error as Error).message };
  }
}

function scenariosOf(names: readonly string[], remote: boolean): Scenario[] {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) throw new Error(`Name one scenario, or all: ${SCENARIOS.join(', ')}.`);
  const possible = SCENARIOS.filter((one) => !remote || !LOCAL_ONLY.includes(one));
  if (name === 'all') return possible;
  const found = SCENARIOS.find((one) => one === name);
  if (!found) throw new Error(`There is no scenario "${name}"; there are ${SCENARIOS.join(', ')}.`);
  if (!possible.includes(found)) throw new Error(`${name} needs a server of the load test’s own: leave --address out.`);
  return [found];
}

function remoteOf(address: string | undefined, accounts: string | undefined): Remote | undefined {
  if (address === undefined) {
    if (accounts !== undefined) throw new Error('--accounts belongs to --address: a server of our own has its own.');
    return undefined;
  }
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`--address "${address}" is no http:// or https:// URL.`);
  if (accounts === undefined) throw new Error('--address needs --accounts FILE: people who can sign in there.');
  return { origin: url.origin, accounts };
}

function processesOf(text: string | undefined, remote: Remote | undefined): number {
  if (text !== undefined && remote)
    throw new Error('--processes is for a Parlor of our own: leave it or --address out.');
  const count = wholeOf('--processes', text) ?? 1;
  if (count > MOST_PROCESSES) throw new Error(`--processes ${count} is more than one machine is good for.`);
  return count;
}

function wholeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`${name} "${text}" is no whole number from 1 on.`);
}
