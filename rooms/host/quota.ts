/** A token bucket: `points` at once, filled up again over `perMs`. */
export class Quota {
  readonly #points: number;
  readonly #perMs: number;
  #left: number;
  #at = 0;

  constructor(points: number, perMs: number) {
    this.#points = points;
    this.#perMs = perMs;
    this.#left = points;
  }

  /** Takes one; answers 0, or the ms until there will be one. */
  take(now: number): number {
    this.#fill(now);
    if (this.#left < 1) return Math.ceil(((1 - this.#left) * this.#perMs) / this.#points);
    this.#left--;
    return 0;
  }

  /** What was taken and turned out not to count. */
  giveBack(): void {
    this.#left = Math.min(this.#points, this.#left + 1);
  }

  isEmpty(now: number): boolean {
    this.#fill(now);
    return this.#left < 1;
  }

  isFull(now: number): boolean {
    this.#fill(now);
    return this.#left === this.#points;
  }

  #fill(now: number): void {
    const gained = (Math.max(0, now - this.#at) * this.#points) / this.#perMs;
    this.#left = Math.min(this.#points, this.#left + gained);
    this.#at = now;
  }
}
