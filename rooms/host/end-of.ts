import type { Replica } from '#rooms/kernel/replica.ts';

/** Whether nothing more can happen in a room that nobody is in: it was played, or all left before it was. */
export function endOf({ endedAt, outcomes, machine, seats }: Replica): { keep: boolean } | undefined {
  if (endedAt > 0) return outcomes.length === 0 ? { keep: machine.keeps === 'log' } : undefined;
  return machine.keeps === 'log' && seats.held().length === 0 ? { keep: false } : undefined;
}
