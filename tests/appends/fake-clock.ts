/**
 * Time that passes when nothing else is left to do. While installed it stands in for timers of the host: what they
 * wait for comes at once, in order, and a run with one seed goes the same way every time.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

type Timer = { at: number; order: number; run(): void };

const promises = createRequire(import.meta.url)('node:timers/promises') as { setTimeout: unknown };
const nextTurn = setImmediate;

export class FakeClock {
  #now = 1_700_000_000_000;
  #order = 0;
  /** Earliest first. */
  readonly #timers: Timer[] = [];

  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
    let i = this.#timers.length;
    while (i > 0 && (this.#timers[i - 1] as Timer).at > timer.at) i--;
    this.#timers.splice(i, 0, timer);
    return timer;
  }

  /** Runs `work` in this time, to its end. @throws when it waits for something that no timer brings. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const uninstall = this.#install();
    let over = false;
    try {
      const result = work().finally(() => {
        over = true;
      });
      result.catch(() => {}); // seen below
      for (;;) {
        await new Promise<void>((resolve) => nextTurn(resolve)); // whatever follows from the last timer
        if (over) return await result;
        const next = this.#timers.shift();
        if (!next) throw new Error('Everybody waits, and nothing comes any more.');
        this.#now = next.at;
        next.run();
      }
    } finally {
      uninstall();
    }
  }

  #install(): () => void {
    const real = { setTimeout, clearTimeout, pause: promises.setTimeout };
    const fake = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const timer = this.after(ms, () => run(...args));
      return Object.assign(timer, { unref: () => timer, ref: () => timer });
    };
    const clear = (timer: unknown) => {
      const i = this.#timers.indexOf(timer as Timer);
      if (i >= 0) this.#timers.splice(i, 1);
    };
    const pause = (ms = 0, value?: unknown) => new Promise((resolve) => this.after(ms, () => resolve(value)));
    Object.assign(globalThis, { setTimeout: fake, clearTimeout: clear });
    promises.setTimeout = pause;
    syncBuiltinESMExports();
    return () => {
      Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
      promises.setTimeout = real.pause;
      syncBuiltinESMExports();
    };
  }
}
