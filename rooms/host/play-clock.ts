/** How far a room's playing time, as its log has it, is from the time in which the room was really run. */
import type { Replica } from '#rooms/kernel/replica.ts';

/** Playing time is put right when it is off by more. */
const SKEW_MS = 1_000;

export type PlayClockOptions = { replica: Replica; now: () => number; activeTime: () => number };

export class PlayClock {
  readonly #o: PlayClockOptions;
  /** Active time less playing time. */
  #origin: number;
  /** Active time at which the room was paused. */
  #pausedAt: number | undefined;

  constructor(options: PlayClockOptions) {
    const { replica, activeTime } = options;
    this.#o = options;
    this.#origin = activeTime() - replica.playTime();
  }

  /** What a batch of this moment is stamped with. */
  stamp(): number {
    return Math.max(this.#o.replica.now, this.#o.now());
  }

  pause(): void {
    this.#pausedAt ??= this.#o.activeTime();
  }
  resume(): void {
    if (this.#pausedAt !== undefined) this.#origin += this.#o.activeTime() - this.#pausedAt;
    this.#pausedAt = undefined;
  }

  /** Ms that playing time is ahead of what it should be; below 0: behind. */
  get skew(): number {
    const { replica, activeTime } = this.#o;
    return replica.playTime(this.stamp()) - ((this.#pausedAt ?? activeTime()) - this.#origin);
  }
  get isSkewed(): boolean {
    return Math.abs(this.skew) > SKEW_MS;
  }

  /** The gap that puts a batch stamped `now` right; playing time never goes back. */
  gap(now: number): number {
    return Math.round(Math.min(this.skew, now - this.#o.replica.now)) || 0; // no -0
  }
}
