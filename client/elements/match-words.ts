import type { Names } from '#client/net/names.ts';
import { brief, texts } from '#client/texts.ts';
import type { MatchState } from '#schema/states.ts';

/** What a match says about itself to the one in `seat` (-1 watches): a headline and a line. */
export type Words = { headline: string; line: string; tone: 'calm' | 'mine' | 'won' };

export function wordsOf(state: MatchState, seat: number, names: Names): Words {
  const name = (of: number) => brief(names.of(state.seats[of]?.player ?? ''));
  if (state.phase === 'waiting') return { headline: texts.match.waiting, line: texts.match.waitingHint, tone: 'calm' };
  if (state.phase === 'finished') return result(state, seat, name);
  if (state.turn === seat && seat >= 0)
    return { headline: texts.match.yourTurn, line: texts.match.yourTurnHint, tone: 'mine' };
  return {
    headline: texts.match.theirTurn(name(state.turn)),
    line: seat < 0 ? texts.match.watching : texts.match.theirTurnHint,
    tone: 'calm',
  };
}

function result(state: MatchState, seat: number, name: (seat: number) => string): Words {
  const winner = state.winners[0];
  if (winner === undefined)
    return { headline: texts.match.draw, line: endingOf(state.ending, texts.match.nobody), tone: 'calm' };
  const loser = name(Array.from(state.seats).findIndex((_, at) => !state.winners.includes(at)));
  const line = endingOf(state.ending, loser);
  if (seat < 0) return { headline: texts.match.wins(name(winner)), line, tone: 'calm' };
  const won = state.winners.includes(seat);
  return {
    headline: won ? texts.match.won : texts.match.wins(name(winner)),
    line: won || state.ending === 'four' ? line : endingOf(state.ending, texts.match.youName),
    tone: won ? 'won' : 'calm',
  };
}

/** How it ended, as a sentence about the one who lost. A game may end in words of its own. */
function endingOf(ending: string, loser: string): string {
  const words: Record<string, string | ((name: string) => string)> = texts.match.endings;
  const sentence = words[ending];
  return typeof sentence === 'function' ? sentence(loser) : (sentence ?? '');
}
