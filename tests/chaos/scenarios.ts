/** The runs that have a name. */
import type { ChaosOptions } from './campaign.ts';
import { type Fault, type PlanOptions, plan } from './plan.ts';

export type Scenario = Pick<
  ChaosOptions,
  'faults' | 'rooms' | 'clients' | 'tables' | 'channels' | 'talkers' | 'postEveryMs' | 'atFirst'
>;

const MASS = { rooms: 100, clientsInEach: 10 };

/** Any faults, until so many processes were killed. */
export function storm(options: PlanOptions): Scenario {
  return { faults: plan(options) };
}

/** One process has all rooms; two that have none, and were in touch for a whole lease, are there when it is killed. */
export function mass(leaseMs: number): Scenario {
  const { rooms, clientsInEach } = MASS;
  return {
    faults: [{ kind: 'kill', victim: 0, afterMs: 2 * leaseMs }],
    rooms: 0,
    clients: 0,
    tables: 0,
    channels: Array.from({ length: rooms }, (_, n) => `hall-${n}`),
    talkers: clientsInEach,
    postEveryMs: 10_000,
    atFirst: 1,
  };
}

/** Every process is replaced, and the edges are, again and again. */
export function rolling(times: number): Scenario {
  return { faults: Array.from({ length: times }, (): Fault => ({ kind: 'roll' })) };
}

/** What every change is tried with: one fault of each kind that says something by itself. */
export function short(leaseMs: number): Scenario {
  const longer = leaseMs + 700;
  return {
    faults: [
      { kind: 'kill', victim: 0, afterMs: 200 },
      { kind: 'step', victim: 1, step: 'append:after', nth: 20 },
      { kind: 'restore', victim: 2, step: 'load:after', nth: 1 },
      { kind: 'drain', victim: 0 },
      { kind: 'freeze', victim: 1, ms: longer },
      { kind: 'cut', victim: 2, ms: longer },
      { kind: 'mute', victim: 0, ms: longer },
      { kind: 'race', victim: 1 },
      { kind: 'redis-restart' },
      { kind: 'edge', victim: 0 },
    ],
    rooms: 3,
    clients: 9,
    tables: 1,
  };
}
