/** Time that passes, and k6's own lateness. */
import { metrics } from './metrics.ts';

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const TICK_MS = 100;

/**
 * Notes how late a timer fires that is due every tenth of a second; returns how to stop. Against a due time: an
 * interval of k6's drifts. In a random phase, or all virtual users would be counted at the same moments.
 */
export function watchLag(): () => void {
  let due = Date.now() + Math.random() * TICK_MS;
  let timer = setTimeout(tick, due - Date.now());
  function tick(): void {
    const now = Date.now();
    metrics.generator_lag_ms.add(Math.max(0, now - due));
    due += TICK_MS;
    if (due < now) due = now + TICK_MS;
    timer = setTimeout(tick, due - now);
  }
  return () => clearTimeout(timer);
}
