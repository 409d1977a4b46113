/**
 * The clocks of a process that hosts rooms. A wall clock is corrected and may be wrong; the monotonic one is not, but
 * it stands still while some hosts sleep, and goes on while this process is stopped. What rooms are told is made of both.
 */
import { uptime } from 'node:os';

/** A process that did not run for so long had a gap in its life. */
const GAP_MS = 2_000;
const PULSE_MS = 250;
/** A correction of the wall clock up to this is followed at once. */
const STEP_MS = 1_000;
/** After a larger one, `now` goes at between half and double speed until both agree. */
const SLEW = { slowest: 0.5, fastest: 2 };

/** All in ms. */
export type ClockSources = {
  wall(): number;
  monotonic?: () => number;
  /** Since the host was started, with the time in which it was suspended. */
  boot?: () => number;
};

export class HostClock {
  readonly wall: () => number;
  readonly #monotonic: () => number;
  readonly #boot: () => number;
  /** The reading before, on each clock; none before the first. */
  #read: { now: number; at: number } | undefined;
  #told = 0;
  /** What the boot clock is ahead of the monotonic one. */
  #suspended: number;
  #pulseAt: number;
  #missed = 0;

  constructor({ wall, monotonic = () => performance.now(), boot = () => uptime() * 1_000 }: ClockSources) {
    this.wall = wall;
    this.#monotonic = monotonic;
    this.#boot = boot;
    this.#pulseAt = monotonic();
    this.#suspended = boot() - this.#pulseAt;
  }

  /** Has the gaps in the life of this process noticed; answers how to stop. */
  start(): () => void {
    const timer = setInterval(() => this.activeTime(), PULSE_MS).unref();
    return () => clearInterval(timer);
  }

  /** How long this process has run, without the gaps in its life. */
  readonly activeTime = (): number => {
    const at = this.#monotonic();
    const since = at - this.#pulseAt;
    if (since >= GAP_MS) this.#missed += since;
    this.#pulseAt = at;
    return at - this.#missed;
  };

  /** Wall time for rooms, whole: never goes back, and takes no large step that is no time gone by. */
  readonly now = (): number => {
    const [at, wall] = [this.#monotonic(), this.wall()];
    this.#read = { at, now: this.#read ? this.#follow(this.#read, at, wall) : wall };
    this.#told = Math.max(this.#told, Math.floor(this.#read.now));
    return this.#told;
  };

  #follow(read: { now: number; at: number }, at: number, wall: number): number {
    let elapsed = at - read.at;
    if (wall - read.now - elapsed > STEP_MS) elapsed += this.#sinceSuspended(at);
    if (Math.abs(wall - read.now - elapsed) <= STEP_MS) return wall;
    return Math.min(Math.max(wall, read.now + elapsed * SLEW.slowest), read.now + elapsed * SLEW.fastest);
  }

  /** How long the host was suspended since this was last asked. */
  #sinceSuspended(at: number): number {
    const suspended = this.#boot() - at;
    const more = suspended - this.#suspended;
    if (more < STEP_MS) return 0;
    this.#suspended = suspended;
    return more;
  }
}
