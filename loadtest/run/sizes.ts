/** How large a run is unless it is told: for two cores that k6 and the server share. */
import type { Scenario } from '../k6/thresholds.ts';

export type Size = { vus: number; seconds: number; ramp: number };

const FULL: Record<Scenario, Size> = {
  'lobby-chat': { vus: 50, seconds: 30, ramp: 5 },
  'connect-four': { vus: 40, seconds: 30, ramp: 5 },
  probe: { vus: 50, seconds: 30, ramp: 5 },
  'join-storm': { vus: 20, seconds: 20, ramp: 2 },
  'rest-mix': { vus: 20, seconds: 20, ramp: 2 },
  kill: { vus: 40, seconds: 30, ramp: 5 },
};

const SMOKE: Record<Scenario, Size> = {
  'lobby-chat': { vus: 4, seconds: 5, ramp: 1 },
  'connect-four': { vus: 4, seconds: 6, ramp: 1 },
  probe: { vus: 5, seconds: 4, ramp: 1 },
  'join-storm': { vus: 3, seconds: 3, ramp: 1 },
  'rest-mix': { vus: 2, seconds: 3, ramp: 1 },
  kill: { vus: 4, seconds: 6, ramp: 1 },
};

/** What one core can decode and check: see the facts in the README. */
const PLAYERS_PER_PROBE = 10;

export const sizeOf = (scenario: Scenario, smoke: boolean): Size => (smoke ? SMOKE : FULL)[scenario];
export const probesFor = (vus: number): number => Math.ceil(vus / PLAYERS_PER_PROBE);
