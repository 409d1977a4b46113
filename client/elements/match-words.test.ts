import { describe, expect, it } from 'vitest';
import { faceOf, sentenceOf } from '#client/games/faces.ts';
import { Names } from '#client/net/names.ts';
import { API_VERSION, match } from '#schema/resources.ts';
import { MatchSeat, MatchState } from '#schema/states.ts';
import { overWords, wordsOf } from './match-words.ts';

const names = new Names();
names.learn('p-ada', 'Ada');
names.learn('p-ben', 'Ben');
names.learn('p-max', `Maximiliane ${'👩‍🚀'.repeat(28)}`);

function finished(ending: string, winners: number[]): MatchState {
  const state = new MatchState();
  for (const player of ['p-ada', 'p-ben']) state.seats.push(new MatchSeat().assign({ player }));
  state.winners.push(...winners);
  return state.assign({ phase: 'finished', ending });
}

describe('the ending of a match', () => {
  it.each([
    ['four', [0], 0, 'You won', 'Four in a row.'],
    ['four', [1], 0, 'Ben wins', 'Four in a row.'],
    ['clock', [0], 0, 'You won', 'Ben ran out of time.'],
    ['clock', [1], 0, 'Ben wins', 'You ran out of time.'],
    ['resigned', [1], -1, 'Ben wins', 'Ada resigned.'],
    ['draw', [], 1, 'A draw', 'The board is full.'],
    ['some-new-ending', [0], 1, 'Ada wins', ''],
  ])('[V4] %s, won by %j, told to seat %i', (ending, winners, seat, headline, line) => {
    expect(wordsOf(finished(ending, winners), seat, names, faceOf('connect-four'))).toMatchObject({
      headline,
      line,
    });
  });
});

it('[V4] a name of forty letters leaves room for the sentence', () => {
  const state = finished('clock', [0]);
  (state.seats[1] as MatchSeat).player = 'p-max';
  const short = `Maximiliane ${'👩‍🚀'.repeat(7)}…`;
  expect(wordsOf(state, 0, names).line).toBe(`${short} ran out of time.`);
  state.assign({ phase: 'playing', turn: 1 });
  expect(wordsOf(state, 0, names).headline).toBe(`${short} is thinking`);
});

describe('a match of another shape', () => {
  function seated(players: string[], given: Partial<Pick<MatchState, 'phase' | 'turn' | 'ending'>>): MatchState {
    const state = new MatchState();
    for (const player of players) state.seats.push(new MatchSeat().assign({ player }));
    return state.assign(given);
  }
  const six = ['p-ada', 'p-ben', 'p-max', '', '', ''];

  it('[V4] a game without turns shows neither a thinking player nor a next turn', () => {
    for (const seat of [0, 1, -1]) {
      expect(wordsOf(seated(six, { phase: 'playing', turn: -1 }), seat, names)).toMatchObject({
        headline: 'Playing',
        line: '',
      });
    }
  });

  it('[V4] a table with many seats does not wait for a second player, and a reserved seat names its player', () => {
    const state = seated(six, { phase: 'waiting' });
    expect(wordsOf(state, 0, names).headline).toBe('Waiting for other players');
    state.reserved.push('p-ben');
    expect(wordsOf(state, 0, names).headline).toBe('Waiting for Ben');
  });

  it('[V4] empty seats neither win nor lose, and several players may win or lose', () => {
    const state = seated(six, { phase: 'finished', ending: 'resigned' });
    state.winners.push(1);
    expect(wordsOf(state, 1, names)).toMatchObject({
      headline: 'You won',
      line: expect.stringMatching(/^Ada and Maximiliane.* resigned\.$/),
    });
    expect(wordsOf(state, 0, names)).toMatchObject({
      headline: 'Ben wins',
      line: expect.stringMatching(/^You and Maximiliane/),
    });
    state.winners.push(0);
    expect(wordsOf(state, 2, names)).toMatchObject({ headline: 'Ben and Ada win', line: 'You resigned.' });
  });
});

describe('a match whose room is gone', () => {
  const over = (ending: string, results: ('win' | 'loss' | 'draw')[], phase = 'finished') =>
    match.parse({
      apiVersion: API_VERSION,
      kind: 'Match',
      metadata: { name: 'm-1', uid: 'm-1' },
      spec: { game: 'connect-four' },
      status: {
        phase,
        room: 'm-1',
        seats: results.map((result, n) => ({ player: ['p-ada', 'p-ben'][n], displayName: ['Ada', ''][n], result })),
        ending,
      },
    });

  it.each([
    ['four', ['win', 'loss'], 'p-ada', 'You won', 'Four in a row.'],
    ['clock', ['win', 'loss'], 'p-cy', 'Ada wins', 'Somebody ran out of time.'],
    ['resigned', ['loss', 'win'], 'p-ada', 'Somebody wins', 'You resigned.'],
    ['draw', ['draw', 'draw'], 'p-ben', 'A draw', 'The board is full.'],
  ] as const)('[V20] %s, %j, told to %s', (ending, results, player, title, line) => {
    expect(overWords(over(ending, [...results]), player, faceOf('connect-four'))).toEqual({ title, line });
  });

  it('[V20] an unfinished match has no result', () => {
    expect(overWords(over('', [], 'playing'), 'p-ada')).toBeUndefined();
  });
});

it("[V4] a refusal has its sentence, also one of a game's own", () => {
  expect(sentenceOf('connect-four/column-full')).toBe('That column is full.');
  expect(sentenceOf('not-your-turn')).toBe('It is not your turn.');
  for (const unknown of ['connect-four/later', 'chess/check', 'toString/call'] as const)
    expect(sentenceOf(unknown)).toBe('That is not possible here.');
});
