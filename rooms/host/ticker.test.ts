import { expect, it } from 'vitest';
import { Ticker } from '#rooms/host/ticker.ts';

it('[L55] ticks lie on a grid: every room gets as many as the elapsed time holds, without drift', async () => {
  const ticker = new Ticker();
  const counts = [0, 0, 0, 0, 0];
  const began = performance.now();
  const stops = await new Promise<(() => void)[]>((resolve) => {
    const adding = counts.map((_, i) =>
      ticker.add(20, (steps) => {
        counts[i] = (counts[i] ?? 0) + steps;
        if (counts[0] === 30) resolve(adding);
      }),
    );
  });
  const grid = ((performance.now() - began) * 20) / 1000;
  for (const stop of stops) stop();
  for (const count of counts) expect(Math.abs(count - grid)).toBeLessThanOrEqual(2);
});
