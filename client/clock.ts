/**
 * The one place in the client that reads a clock, or the calendar; a lint rule holds it. A device's wall clock may be
 * wrong, and may be set at any moment. So times are the server's: what it said last, counted on by a clock that is
 * never set. Days are those of the viewer's time zone.
 */

/** Clocks of this device: `ticks` is never set and never goes back, but may stand while the device sleeps. Both ms. */
export type DeviceClocks = { ticks(): number; wall(): number };

export const DEVICE: DeviceClocks = { ticks: () => performance.now(), wall: () => Date.now() };

/** The server's wall clock, ms, as far as this page knows it: the device's own until the server has said anything. */
export class ServerClock {
  readonly #device: DeviceClocks;
  #heard: { now: number; at: number } | undefined;

  constructor(device: DeviceClocks = DEVICE) {
    this.#device = device;
  }

  /** Ask with it, and hand it to `heard` with the answer. */
  asked(): number {
    return this.#device.ticks();
  }

  /** The server read its clock about halfway between question and answer. */
  heard(now: number, asked: number): void {
    this.#heard = { now, at: (asked + this.#device.ticks()) / 2 };
  }

  now(): number {
    return this.#heard ? this.#heard.now + (this.#device.ticks() - this.#heard.at) : this.#device.wall();
  }

  /** How old what is known is, ms. */
  sinceHeard(): number {
    return this.#heard ? this.#device.ticks() - this.#heard.at : Number.POSITIVE_INFINITY;
  }
}

const GAP_MS = 1_000;

/** Answers whether the device slept, or its wall clock was set, since it was last asked: then what was counted may be off. */
export function gaps({ ticks, wall }: DeviceClocks = DEVICE): () => boolean {
  let apart = wall() - ticks();
  return () => {
    const now = wall() - ticks();
    const gap = Math.abs(now - apart) > GAP_MS;
    apart = now;
    return gap;
  };
}

/** For `datetime` attributes. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** Wall ms of a time as the API writes it. */
export function instantOf(iso: string): number {
  return Date.parse(iso);
}

/** Days between the calendar day of `at` and that of `now`: 1 is yesterday, however long the days were. */
export function daysBefore(at: number, now: number): number {
  return Math.round((dayNumber(now) - dayNumber(at)) / 86_400_000);
}

function dayNumber(at: number): number {
  const local = new Date(at);
  return Date.UTC(local.getFullYear(), local.getMonth(), local.getDate());
}
