/** The measures as k6's metrics, which it wants made while a script loads. */
import { Counter, Rate, Trend } from 'k6/metrics';
import { MEASURES, type Measure } from './measures.ts';
import type { Wrong } from './room/outbox.ts';

const IS_TIME = true;
const MAKE = {
  counter: (name: string) => new Counter(name),
  rate: (name: string) => new Rate(name),
  trend: (name: string) => new Trend(name, IS_TIME),
};
type Metrics = { [M in Measure]: ReturnType<(typeof MAKE)[(typeof MEASURES)[M]]> };

export const metrics = Object.fromEntries(
  Object.entries(MEASURES).map(([name, kind]) => [name, MAKE[kind](name)]),
) as Metrics;

let told = false;

/** Counts what is wrong, and prints the first of each virtual user. */
export function report({ kind, detail }: Wrong): void {
  metrics.state_errors.add(1, { kind });
  if (kind === 'lost') metrics.lost_commands.add(1);
  if (!told) console.error(`${kind}: ${detail}`);
  told = true;
}
