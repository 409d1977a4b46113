import type { ClientRecord } from './record.ts';

/** From each death (`at`, ms of this process) to every client of `records` that is let through again before the next; sorted. */
export function returns(records: readonly ClientRecord[], deaths: readonly { at: number }[]): number[] {
  const took: number[] = [];
  deaths.forEach(({ at }, i) => {
    const until = deaths[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    for (const { noted } of records) {
      const back = noted.find((one) => one.k === 'back' && one.at > at && one.at < until);
      if (back?.k === 'back') took.push(back.at - at);
    }
  });
  return took.sort((a, b) => a - b);
}

/** Of sorted numbers, rounded; 0 of none. */
export function percentile(sorted: readonly number[], p: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0);
}
