import { afterEach, describe, expect, it } from 'vitest';
import { daysBefore, gaps, ServerClock } from './clock.ts';
import { dayName } from './texts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [0, 10 * MINUTE, -10 * MINUTE, DAY, -DAY];

/** A device whose wall clock can be set; `pass` lets time go by, `sleep` so that only the wall clock sees it. */
function device(wrongBy: number) {
  const real = Date.UTC(2026, 2, 6, 20, 15);
  const at = { ticks: 5_000, wall: real + wrongBy };
  return {
    real,
    clocks: { ticks: () => at.ticks, wall: () => at.wall },
    pass(ms: number) {
      at.ticks += ms;
      at.wall += ms;
    },
    set(step: number) {
      at.wall += step;
    },
  };
}

describe('the server’s time', () => {
  for (const wrongBy of STEPS)
    for (const step of STEPS)
      it(`[V11] a device ${wrongBy / MINUTE} min off, set by ${step / MINUTE} min later, shows the server’s time`, () => {
        const { clocks, real, pass, set } = device(wrongBy);
        const clock = new ServerClock(clocks);
        expect(clock.now()).toBe(real + wrongBy);
        const asked = clock.asked();
        pass(40);
        clock.heard(real + 20, asked);
        expect(clock.now()).toBe(real + 40);
        pass(30_000);
        set(step);
        pass(30_000);
        expect(clock.now()).toBe(real + 60_040);
      });

  it("[V11] a change of the server's clock takes effect with its next answer", () => {
    for (const step of STEPS) {
      const { clocks, real, pass } = device(0);
      const clock = new ServerClock(clocks);
      clock.heard(real, clock.asked());
      pass(MINUTE);
      expect(clock.sinceHeard()).toBe(MINUTE);
      clock.heard(real + MINUTE + step, clock.asked());
      expect(clock.now()).toBe(real + MINUTE + step);
    }
  });

  it('[V11] a device that slept, or whose clock was set, is detected once', () => {
    const { clocks, pass, set } = device(0);
    const gap = gaps(clocks);
    const seen: boolean[] = [];
    for (const step of [0, 10 * MINUTE, 0, -DAY, 0, 400]) {
      pass(5_000);
      set(step);
      seen.push(gap());
    }
    expect(seen).toEqual([false, true, false, true, false, false]);
  });
});

describe('days', () => {
  const { TZ } = process.env;
  afterEach(() => {
    process.env.TZ = TZ;
  });

  /** Changes of 2026 and around, by half an hour, an hour, a day; at night, at midnight; on both halves of the globe. */
  const CHANGES: [zone: string, around: string][] = [
    ['Europe/Berlin', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00Z'],
    ['America/New_York', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-11-01T06:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
    ['Africa/Cairo', '2026-04-23T22:00Z'],
    ['Africa/Cairo', '2026-10-29T21:00Z'],
    ['America/Santiago', '2026-09-06T04:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00Z'],
    ['UTC', '2026-02-28T23:00Z'],
  ];

  for (const [zone, around] of CHANGES)
    it(`[V12] ${zone} around ${around}: the calendar day before is Yesterday, at every half hour`, () => {
      process.env.TZ = zone;
      const written = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
      const dayNumber = (at: number) => Date.parse(written.format(at)) / DAY;
      const middle = Date.parse(around);
      for (let now = middle - 3 * DAY; now <= middle + 3 * DAY; now += HOUR / 2)
        for (const at of [now, now - 12 * HOUR, now - 23.5 * HOUR, now - DAY, now - 24.5 * HOUR, now - 2 * DAY]) {
          const days = dayNumber(now) - dayNumber(at);
          expect(daysBefore(at, now)).toBe(days);
          const name = dayName(at, now);
          expect(['Today', 'Yesterday'].indexOf(name)).toBe(days <= 1 ? days : -1);
        }
    });
});
