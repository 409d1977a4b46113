import { expect, it } from 'vitest';
import { redialAfter } from './redial.ts';

it('[V10] each redial waits twice as long as the last, up to a maximum, with jitter', () => {
  const waits = { first: 30, most: 3_000 };
  for (const [attempt, about] of [30, 60, 120, 240, 480, 960, 1_920, 3_000, 3_000].entries()) {
    const tried = Array.from({ length: 50 }, () => redialAfter(attempt, waits));
    expect(Math.min(...tried)).toBeGreaterThanOrEqual(about / 2);
    expect(Math.max(...tried)).toBeLessThan(about * 1.5);
    expect(new Set(tried).size).toBeGreaterThan(1);
  }
});
