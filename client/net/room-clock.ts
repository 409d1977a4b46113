/** The two clocks of a room: wall time, and playing time, which stands while the room is paused. */
import { ServerClock } from '#client/clock.ts';

export class RoomClock extends ServerClock {
  /** What the playing clock said when the room was paused. */
  #pausedAt: number | undefined;

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  pause(paused: boolean, state: unknown): void {
    if (paused !== this.paused) this.#pausedAt = paused ? this.playTime(state) : undefined;
  }

  /** `state` says how far the playing clock is behind. */
  playTime(state: unknown): number {
    const { clockOffset = 0 } = (state ?? {}) as { clockOffset?: number };
    return this.#pausedAt ?? this.now() - clockOffset;
  }
}
