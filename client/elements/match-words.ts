import type { GameWords } from '#client/games/face.ts';
import type { Names } from '#client/net/names.ts';
import { brief, listed, texts } from '#client/texts.ts';
import type { Match } from '#schema/resources.ts';
import type { MatchState } from '#schema/states.ts';

/** What a match says about itself to the player in `seat` (-1 watches): a headline and a line, partly in its game's words. */
export type Words = { headline: string; line: string; tone: 'calm' | 'mine' | 'won' };

export function wordsOf(state: MatchState, seat: number, names: Names, game?: GameWords): Words {
  const name = (of: number) => brief(names.of(state.seats[of]?.player ?? ''));
  if (state.phase === 'waiting') {
    const kept = Array.from(state.reserved, (player) => brief(names.of(player)));
    return { headline: waitingFor(kept, state.seats.length), line: texts.match.waitingHint, tone: 'calm' };
  }
  if (state.phase === 'finished') return result(state, seat, name, game);
  // A game without turns has neither a player who thinks nor a next turn.
  if (state.turn < 0) return { headline: texts.match.playing, line: '', tone: 'calm' };
  if (state.turn === seat && seat >= 0) return { headline: texts.match.yourTurn, line: game?.hint ?? '', tone: 'mine' };
  return {
    headline: texts.match.theirTurn(name(state.turn)),
    line: seat < 0 ? texts.match.watching : texts.match.theirTurnHint,
    tone: 'calm',
  };
}

function waitingFor(kept: readonly string[], seats: number): string {
  if (kept.length > 0) return texts.match.waitingFor(listed(kept));
  return seats > 2 ? texts.match.waitingMore : texts.match.waiting;
}

function result(state: MatchState, seat: number, name: (seat: number) => string, game?: GameWords): Words {
  const { winners, ending } = state;
  const endingOf = (losers: string) => game?.endings[ending] ?? sharedEnding(ending, losers);
  if (winners.length === 0) return { headline: texts.match.draw, line: endingOf(texts.match.nobody), tone: 'calm' };
  const played = Array.from(state.seats, ({ player }, at) => (player ? at : -1)).filter((at) => at >= 0);
  const lost = played.filter((at) => !winners.includes(at));
  const you = lost.includes(seat) ? [texts.match.youName] : [];
  const line = endingOf(listed([...you, ...lost.filter((at) => at !== seat).map(name)]));
  const won = winners.includes(seat);
  return {
    headline: won ? texts.match.won : texts.match.wins(Array.from(winners, name)),
    line,
    tone: won ? 'won' : 'calm',
  };
}

/** What is told of a match whose room is gone, to `player`; undefined while it has no result. */
export function overWords(match: Match, player: string, game?: GameWords): { title: string; line: string } | undefined {
  const { phase, ending = '', seats } = match.status;
  if (phase !== 'finished') return undefined;
  const named = (result: 'win' | 'loss') =>
    seats
      .filter((seat) => seat.result === result)
      .map((seat) => (seat.player === player ? texts.match.youName : brief(seat.displayName || texts.match.someone)));
  const endingOf = (losers: string) => game?.endings[ending] ?? sharedEnding(ending, losers);
  const winners = named('win');
  if (winners.length === 0) return { title: texts.match.draw, line: endingOf(texts.match.nobody) };
  const won = seats.some((seat) => seat.player === player && seat.result === 'win');
  return { title: won ? texts.match.won : texts.match.wins(winners), line: endingOf(listed(named('loss'))) };
}

/** How it ended, as a sentence about those who lost, where any match may end like that. */
function sharedEnding(ending: string, losers: string): string {
  const words: Record<string, (name: string) => string> = texts.match.endings;
  return words[ending]?.(losers) ?? '';
}
