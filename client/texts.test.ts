import { describe, expect, it } from 'vitest';
import { countdown, duration, initial, relativeTime, shortDuration } from './texts.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

describe('times', () => {
  it.each([
    [0, 'now'],
    [-90 * SECOND, '1 minute ago'],
    [23.9 * HOUR, 'in 23 hours'],
    [24 * HOUR, 'tomorrow'],
  ])('[V7] %i ms away is "%s"', (gap, words) => {
    expect(relativeTime(1e12 + gap, 1e12)).toBe(words);
  });

  it.each([
    [0, '0:00'],
    [1, '0:01'],
    [9_001, '0:10'],
    [60_000, '1:00'],
    [-5, '0:00'],
  ])('[V7] a clock with %i ms left reads %s', (left, reading) => {
    expect(countdown(left)).toBe(reading);
  });

  it('[V7] a duration is shown in its largest unit', () => {
    expect([duration(5400 * SECOND), shortDuration(5400 * SECOND), shortDuration(-1)]).toEqual(['1 hour', '1h', '0s']);
  });
});

describe('monograms', () => {
  it.each([
    ['ada', 'A'],
    ['🧑‍🚀 rocket', '🧑‍🚀'],
    ['é́le', 'É́'],
    ['  ', '·'],
  ])('"%s" begins with %s', (name, letter) => {
    expect(initial(name)).toBe(letter);
  });
});
