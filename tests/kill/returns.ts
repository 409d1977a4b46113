import type { ClientRecord, Noted } from './record.ts';

/** From a death to what came next; ms of this process. */
export type Window = { at: number; until: number };

/** How long each client was away that was let through again in one of these; sorted. */
export function returns(records: readonly ClientRecord[], windows: readonly Window[]): number[] {
  const backs = records.map(({ noted }) => returnsOf(noted));
  const took = windows.flatMap(({ at, until }) =>
    backs.flatMap((own) => {
      const back = own.find((one) => one > at && one < until);
      return back === undefined ? [] : [back - at];
    }),
  );
  return took.sort((a, b) => a - b);
}

/** Who comes for the first time does not come back. */
function returnsOf(noted: readonly Noted[]): number[] {
  const first = noted.findIndex(({ k }) => k === 'dropped');
  return first < 0 ? [] : noted.slice(first).flatMap((one) => (one.k === 'back' ? [one.at] : []));
}

/** Of sorted numbers, rounded; 0 of none. */
export function percentile(sorted: readonly number[], p: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0);
}
