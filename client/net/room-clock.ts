/** The two clocks of a room, as a client knows them: what the room said last, counted on by a clock that is never set. */
import { monotonic } from '#client/clock.ts';

export class RoomClock {
  readonly #ticks: () => number;
  #heard: { now: number; at: number } | undefined;
  /** What the playing clock said when the room was paused. */
  #pausedAt: number | undefined;

  constructor(ticks: () => number = monotonic) {
    this.#ticks = ticks;
  }

  /** Ask with it, and hand it to `heard` with the answer: the room read its clock about halfway. */
  asked(): number {
    return this.#ticks();
  }

  heard(now: number, asked: number): void {
    this.#heard = { now, at: (asked + this.#ticks()) / 2 };
  }

  /** Wall ms of the room. Before the room has said anything there is nothing to show a time for: 0. */
  now(): number {
    return this.#heard ? this.#heard.now + (this.#ticks() - this.#heard.at) : 0;
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** The playing clock stands while the room is paused. `offset`: what the room's state says it is behind. */
  pause(paused: boolean, offset: number): void {
    if (paused !== this.paused) this.#pausedAt = paused ? this.playTime(offset) : undefined;
  }

  playTime(offset: number): number {
    return this.#pausedAt ?? this.now() - offset;
  }
}
