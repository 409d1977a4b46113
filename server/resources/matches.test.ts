import { expect, it } from 'vitest';
import type { Match as Row } from '#db/stores/matches.ts';
import type { Match } from '#schema/resources.ts';
import { matches } from '#server/resources/matches.ts';
import { NO_QUERY } from '#server/resources/query.ts';
import { type Answer, type Call, serve } from '#server/resources/resource.ts';
import type { Running } from '#server/rooms/summaries.ts';

const live: Running = {
  room: 'm-1',
  game: 'connect-four',
  createdAt: 1_000,
  listing: { phase: 'playing', players: ['ada', 'ben'] },
};
const over = {
  ...live,
  listing: { ...live.listing, phase: 'finished' as const },
  over: { ending: 'four', winners: ['ada'] },
};
const row: Row = {
  room: 'm-1',
  journal: 'j1',
  seq: 17,
  game: 'connect-four',
  ending: 'four',
  startedAt: 1_000,
  endedAt: 2_000,
  seats: [
    { seat: 0, player: 'ada', result: 'win' },
    { seat: 1, player: 'ben', result: 'loss' },
  ],
};

/** What the API shows of it while these rooms live and these rows are there. */
function showing(running: Running[], rows: Row[]) {
  const { get, list } = serve(matches, {
    play: {
      running: async () => running,
      matches: { get: async (name) => rows.find(({ room }) => room === name), list: async () => ({ items: rows }) },
      open: async () => live,
      close: async () => null,
      names: async () => new Map(),
    },
  });
  const call: Call = {
    identity: { player: 'ada', name: '', roles: [], session: '', expiresAt: 0 },
    name: 'm-1',
    query: { ...NO_QUERY, limit: 10 },
    body: undefined,
    idempotencyKey: undefined,
    now: 0,
    id: 'r',
    may: () => ({ allowed: true, reason: '' }),
  };
  const body = async (answer: Promise<Answer> | undefined) => (await (answer as Promise<Answer>)).body;
  return { one: body(get?.(call)) as Promise<Match>, all: body(list?.(call)) as Promise<{ items: Match[] }> };
}

it('[R24] a match has one name: while it is played, while its room shows the result, and when the room is gone', async () => {
  const times = [showing([live], []), showing([over], []), showing([over], [row]), showing([], [row])];
  for (const { one, all } of times) {
    const found = await one;
    expect(found).toMatchObject({ metadata: { name: 'm-1', uid: 'm-1' }, spec: { game: 'connect-four' } });
    expect(found.status.room).toBe('m-1');
    expect((await all).items).toEqual([found]);
  }
  const results = await Promise.all(times.slice(1).map(async ({ one }) => (await one).status.seats));
  expect(new Set(results.map((seats) => JSON.stringify(seats))).size).toBe(1);
});
