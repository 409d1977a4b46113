import type { Room } from '@colyseus/sdk';

/** In ms: how long the first wait is, and the longest, both about so. */
export type Waits = { readonly first: number; readonly most: number };

/** How long to wait before dialling again, ms: twice as long each time, with jitter. `attempt` counts from 0. */
export function redialAfter(attempt: number, { first, most }: Waits): number {
  return Math.min(most, first * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random());
}

/** The library dials again by itself; here it does so without an end. */
export function redialForEver({ reconnection }: Room, waits: Waits): void {
  Object.assign(reconnection, {
    minUptime: 0,
    maxRetries: Number.MAX_SAFE_INTEGER,
    minDelay: 0,
    maxDelay: waits.most,
    backoff: (attempt: number) => redialAfter(attempt - 1, waits), // the library counts from 1
  });
}
