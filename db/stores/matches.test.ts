import { beforeEach, expect, it } from 'vitest';
import { type MatchOutcome, matchStore } from '#db/stores/matches.ts';
import { playerStore } from '#db/stores/players.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { statsStore } from '#db/stores/stats.ts';
import { eachEngine } from '#db/testing/engines.ts';
import { testSealing } from '#db/testing/sealing.ts';

const noon = Date.UTC(2030, 0, 1, 12);

const won: MatchOutcome = {
  journal: 'j-one.two',
  seq: 17,
  room: 'm-r1',
  game: 'connect-four',
  players: ['p-ada', 'bot'],
  winners: [0],
  ending: 'four',
  startedAt: noon,
  endedAt: noon + 60_000,
};

eachEngine((db) => {
  const store = () => matchStore(db());
  const deliverAll = async (outcomes: MatchOutcome[]) => {
    for (const outcome of outcomes) await store().deliver(outcome);
  };

  it('[D7] an outcome delivered repeatedly and concurrently is one match', async () => {
    await Promise.all([store().deliver(won), store().deliver(won), store().deliver(won)]);
    await store().deliver({ ...won, ending: 'changed' });
    const { players: _, winners: __, ...kept } = won;
    const match = {
      ...kept,
      seats: [
        { seat: 0, player: 'p-ada', result: 'win' },
        { seat: 1, player: 'bot', result: 'loss' },
      ],
    };
    expect(await store().list()).toEqual({ items: [match] });
    expect(await store().get('m-r1')).toEqual(match);
  });

  it('[D7] a room has one outcome, the first; the same place in the log of another room is another match', async () => {
    await deliverAll([won, { ...won, seq: 4_000_000_000, winners: [1] }, { ...won, room: 'm-r2' }]);
    const { items } = await store().list();
    expect(items.map(({ room, seq }) => [room, seq]).sort()).toEqual([
      ['m-r1', 17],
      ['m-r2', 17],
    ]);
  });

  it('[D7] an empty seat yields no result', async () => {
    await store().deliver({ ...won, players: ['', 'p-ada', '', 'bot', '', ''], winners: [1] });
    const [match] = (await store().list()).items;
    expect(match?.seats).toEqual([
      { seat: 1, player: 'p-ada', result: 'win' },
      { seat: 3, player: 'bot', result: 'loss' },
    ]);
  });

  it('[D7] an outcome that cannot be stored leaves nothing behind', async () => {
    const twice = { ...won, startedAt: Number.NaN };
    await expect(store().deliver(twice)).rejects.toThrow();
    await expect(matchStore(db(), failing('deliver.seats')).deliver(won)).rejects.toThrow('deliver.seats');
    expect((await store().list()).items).toEqual([]);
  });

  it('[D4] matches are listed last ended first, by player and by game, each once over all pages', async () => {
    const outcomes = [1, 2, 3, 4, 5].map((n) => ({ ...won, room: `m${n}`, endedAt: noon + Math.floor(n / 2) }));
    await deliverAll(outcomes);
    await store().deliver({ ...won, room: 'm6', game: 'chess', players: ['p-bob', 'bot'] });
    const seen: string[] = [];
    let page = await store().list({ limit: 2, player: 'p-ada' });
    for (;;) {
      seen.push(...page.items.map((match) => match.room));
      const after = page.next;
      if (!after) break;
      page = await store().list({ limit: 2, player: 'p-ada', after });
    }
    expect(seen).toEqual(['m5', 'm4', 'm3', 'm2', 'm1']);
    expect((await store().list({ game: 'chess' })).items.map((match) => match.room)).toEqual(['m6']);
    for (const name of ['', 'm7', 'm6.17', 'j-one.two.17']) {
      expect(await store().get(name)).toBeUndefined();
    }
  });

  it('[D8] stats count wins, losses and draws by game, and the time signed in', async () => {
    const sealing = testSealing();
    await playerStore(db(), sealing).signIn({ id: 'p-ada', name: 'Ada', subject: 'a', at: noon });
    const sessions = sessionStore(db(), sealing);
    for (const session of ['s1', 's2']) await sessions.begin({ session, player: 'p-ada', userAgent: '', at: noon });
    await sessions.touch(['s1'], noon + 90_000);
    await sessions.end('s2', { by: 'p-ada', reason: 'logout', at: noon + 30_500 });
    await deliverAll([
      won,
      { ...won, room: 'm18', winners: [1] },
      { ...won, room: 'm19', winners: [] },
      { ...won, room: 'm20', game: 'chess' },
    ]);
    const stats = await statsStore(db()).players(['p-ada', 'p-nobody']);
    expect(stats.get('p-ada')).toEqual({
      played: 4,
      won: 2,
      lost: 1,
      drawn: 1,
      games: {
        'connect-four': { played: 3, won: 1, lost: 1, drawn: 1 },
        chess: { played: 1, won: 1, lost: 0, drawn: 0 },
      },
      sessionSeconds: 120.5,
    });
    expect(stats.get('p-nobody')).toEqual({ played: 0, won: 0, lost: 0, drawn: 0, games: {}, sessionSeconds: 0 });
    expect(await statsStore(db()).totals()).toEqual({
      players: 1,
      sessions: 2,
      liveSessions: 1,
      matches: { 'connect-four': 3, chess: 1 },
    });
  });

  beforeEach(async () => {
    expect(await statsStore(db()).totals()).toEqual({ players: 0, sessions: 0, liveSessions: 0, matches: {} });
  });
});

function failing(at: string): (step: string) => void {
  return (step) => {
    if (step === at) throw new Error(step);
  };
}
