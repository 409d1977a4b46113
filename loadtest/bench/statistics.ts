const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
export const quantile = (numbers: readonly number[], q: number): number =>
  sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))] ?? Number.NaN;
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
export const round3 = (n: number): number => Math.round(n * 1000) / 1000;
/** `median (least–most)` */
export const spread = (numbers: readonly number[]): string =>
  `${round3(median(numbers))} (${round3(quantile(numbers, 0))}–${round3(quantile(numbers, 1))})`;
