import { beforeAll, describe, expect, it, vi } from 'vitest';
import { STEPS, type Step } from '#rooms/host/steps.ts';
import { campaign, type Report } from './campaign.ts';

const seed = Math.floor(Math.random() * 2 ** 32);

// The SDK tells the console of every attempt to dial.
beforeAll(() => void vi.spyOn(console, 'info').mockImplementation(() => {}));

/** Steps that a process comes by with every batch, and so in the midst of play. */
const OFTEN: readonly Step[] = [
  'take',
  'stamp',
  'append:before',
  'append:after',
  'apply:after',
  'show:after',
  'answer:after',
];

describe(`seed ${seed}`, () => {
  it('[X1][X3] a kill at every step, at its first pass and later, costs 20 clients nothing', async () => {
    const often = OFTEN.flatMap((step, i) => [{ step }, { step: `${step}:${30 + i}` }]);
    const rare = STEPS.filter((step) => !OFTEN.includes(step)).flatMap((step) => [{ step }, { step: `${step}:2` }]);
    // In turn: a room whose restore is cut short three times in a row is quarantined, as it should be.
    const kills = rare.flatMap((kill, i) => [kill, ...often.slice(i, i + 1)]);
    const report = await campaign({ kills: [...kills, { afterMs: 300 }, { afterMs: 700 }], seed });
    console.log(JSON.stringify(report));
    expect(new Set(kills.map(({ step }) => step.replace(/:\d+$/, '')))).toEqual(new Set(STEPS));
    expect(report).toMatchObject({ lost: 0, double: 0, takenBack: 0, outcomesWrong: 0, kills: kills.length + 3 });
    const { acked, seen, killsBetweenAppendAndAck, repeatsAnswered, matches } = report;
    for (const many of [acked, seen, killsBetweenAppendAndAck, repeatsAnswered, matches])
      expect(many).toBeGreaterThan(0);
  });

  const inPlay = [{ step: 'append:after:60' }, { step: 'answer:after:60' }, { step: 'answer:after:70' }];

  it.concurrent.each<[plant: NonNullable<Parameters<typeof campaign>[0]['plant']>, caught: keyof Report]>([
    ['apply-before-append', 'takenBack'],
    ['lost-ack', 'lost'],
    ['double-apply', 'double'],
  ])('[X2] a planted %s is detected as %s', async (plant, caught) => {
    const report = await campaign({ kills: inPlay, seed, plant });
    console.log(plant, JSON.stringify(report));
    expect(report[caught]).toBeGreaterThan(0);
    if (plant === 'double-apply') expect(report).toMatchObject({ lost: 0, takenBack: 0 });
  });
});
