import { describe, expect, it } from 'vitest';
import { Names } from '#client/net/names.ts';
import { MatchSeat, MatchState } from '#schema/states.ts';
import { wordsOf } from './match-words.ts';

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

describe('how a match ended', () => {
  it.each([
    ['four', [0], 0, 'You won', 'Four in a row.'],
    ['four', [1], 0, 'Ben wins', 'Four in a row.'],
    ['clock', [0], 0, 'You won', 'Ben ran out of time.'],
    ['clock', [1], 0, 'Ben wins', 'You ran out of time.'],
    ['resigned', [1], -1, 'Ben wins', 'Ada resigned.'],
    ['draw', [], 1, 'A draw', 'The board is full.'],
    ['some-new-ending', [0], 1, 'Ada wins', ''],
  ])('[V4] %s, won by %j, told to seat %i', (ending, winners, seat, headline, line) => {
    expect(wordsOf(finished(ending, winners), seat, names)).toMatchObject({ headline, line });
  });
});

it('[V4] a name of forty letters leaves room for what is said of it', () => {
  const state = finished('clock', [0]);
  (state.seats[1] as MatchSeat).player = 'p-max';
  const short = `Maximiliane ${'👩‍🚀'.repeat(7)}…`;
  expect(wordsOf(state, 0, names).line).toBe(`${short} ran out of time.`);
  state.assign({ phase: 'playing', turn: 1 });
  expect(wordsOf(state, 0, names).headline).toBe(`${short} is thinking`);
});
