/** In ms: how long the first wait is, and the longest, both about so. */
export type Waits = { readonly first: number; readonly most: number };

/** How long to wait before dialling again, ms: twice as long each time, with jitter. `attempt` counts from 0. */
export function redialAfter(attempt: number, { first, most }: Waits): number {
  return Math.min(most, first * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random());
}
