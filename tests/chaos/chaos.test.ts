import { beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '#db/testing/engines.ts';
import { chaos, LEASE_MS } from './campaign.ts';
import { short } from './scenarios.ts';

const seed = Math.floor(Math.random() * 2 ** 32);

// The SDK tells the console of every attempt to dial.
beforeAll(() => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

describe(`seed ${seed}`, () => {
  it('[X9][X10][X11] a cluster under every fault keeps everything acknowledged and shown, and all players return', async () => {
    const report = await chaos({ ...short(LEASE_MS), databaseUrl: await freshDatabase(), seed });
    console.log(JSON.stringify(report));
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ lost: 0, double: 0, takenBack: 0, twin: 0, ghost: 0, hidden: 0 });
    expect(report).toMatchObject({ outcomesWrong: 0, readded: 0, putOut: 0 });
    const { acked, seen, matches, resumed, kills, drains } = report;
    for (const many of [acked, seen, matches, resumed]) expect(many).toBeGreaterThan(0);
    expect(kills).toBeGreaterThanOrEqual(4);
    expect(drains).toBe(1);
  });

  it('[X12] a store that ignores fencing is caught', async () => {
    // In the midst of an append: who wakes elsewhere sees at once that its lease has lapsed, and writes nothing.
    const halt = { step: 'append:before', nth: 1 } as const;
    // So long that who is in the room has noticed the silence, and had it opened by another.
    const freeze = { kind: 'freeze', victim: 0, ms: 6 * LEASE_MS, halt } as const;
    const { rooms, clients } = short(LEASE_MS);
    const databaseUrl = await freshDatabase();
    const options = { faults: [freeze], seed, plant: 'ignores-fencing', databaseUrl } as const;
    // A table may just have been over; in arenas and channels there is always somebody.
    const report = await chaos({ ...options, rooms, clients, tables: 0 });
    expect(report.twin).toBeGreaterThan(0);
  });
});
