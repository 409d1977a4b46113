import type { Deadline } from '#rooms/kernel/machine.ts';

const NONE: readonly Deadline[] = [];

/** The machine's own deadline, and the playTime at which the next absent seat lapses. */
export function bothOf(own: Deadline | undefined, lapse: number | undefined): readonly Deadline[] {
  if (lapse === undefined) return own ? [own] : NONE;
  const ends = { clock: 'playTime', at: lapse } as const;
  return own ? [own, ends] : [ends];
}

/** In wall ms; `offset` is wall ms minus playTime ms. */
export function earliest(deadlines: readonly Deadline[], offset: number): number | undefined {
  let first: number | undefined;
  for (const { clock, at } of deadlines) {
    const wall = clock === 'now' ? at : at + offset;
    if (first === undefined || wall < first) first = wall;
  }
  return first;
}
