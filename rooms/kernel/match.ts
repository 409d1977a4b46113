/** What all matches share: who sits, whose turn it is, and how a match ends. Pure, on `MatchState`. */
import type { RefusalCode } from '#schema/refusals.ts';
import { BOT_PLAYER, type MatchSeat, type MatchState } from '#schema/states.ts';

/** Seats that somebody has, in order. */
export function takenSeats(state: MatchState): number[] {
  return seatsWhere(state, (seat) => seat.player !== '');
}
export function presentSeats(state: MatchState): number[] {
  return seatsWhere(state, (seat) => seat.player !== '' && seat.connected);
}
function seatsWhere(state: MatchState, test: (seat: MatchSeat) => boolean): number[] {
  return state.seats.map((seat, i) => (test(seat) ? i : -1)).filter((i) => i >= 0);
}

/** Why this player gets no seat. Some may be kept for others, and at a table with the bot the last free one is. */
export function refusesSeat(state: MatchState, player: string): RefusalCode | undefined {
  if (state.phase === 'finished') return 'match-over';
  if (player === BOT_PLAYER) return state.bot ? undefined : 'forbidden';
  if (state.phase === 'playing') return 'room-full';
  const taken = takenSeats(state);
  const seatedBot = taken.some((seat) => state.seats[seat]?.player === BOT_PLAYER);
  const reserved = state.reserved.filter((other) => other !== player).length;
  const kept = reserved + (state.bot && !seatedBot ? 1 : 0);
  return taken.length + kept >= state.seats.length ? 'room-full' : undefined;
}

/** A player sits down, or is back. */
export function sit(state: MatchState, seat: number, player: string): void {
  Object.assign(state.seats[seat] as MatchSeat, { player, connected: true, absentUntil: 0 });
  const kept = state.reserved.indexOf(player);
  if (kept >= 0) state.reserved.splice(kept, 1);
}

/** The connection is gone; the seat is kept for `absenceMs`. */
export function stepAway(state: MatchState, seat: number, playTime: number): void {
  const place = state.seats[seat] as MatchSeat;
  if (place.player === BOT_PLAYER) return;
  place.connected = false;
  if (state.phase !== 'finished') place.absentUntil = playTime + state.absenceMs;
}

/** The seat is given up: for good once a match runs, and that loses it. */
export function standUp(state: MatchState, seat: number): void {
  const place = state.seats[seat] as MatchSeat;
  if (state.phase === 'playing') forfeit(state, [seat], 'left');
  if (state.phase === 'waiting') place.player = '';
  place.connected = false;
  place.absentUntil = 0;
}

/** Gives the turn to `seat` and starts its clock; -1 stops the clock. */
export function giveTurn(state: MatchState, seat: number, playTime: number): void {
  state.turn = seat;
  state.turnUntil = seat < 0 ? 0 : playTime + state.turnMs;
}

/** The taken seat after `seat`, around the table. */
export function seatAfter(state: MatchState, seat: number): number {
  const taken = takenSeats(state);
  return taken.find((other) => other > seat) ?? taken[0] ?? -1;
}

export function finish(state: MatchState, winners: readonly number[], ending: string): void {
  state.phase = 'finished';
  giveTurn(state, -1, 0);
  state.winners.push(...winners);
  state.ending = ending;
  for (const seat of state.seats) seat.absentUntil = 0;
}

/** The match ends because `losers` gave it up; everyone else who sits there wins. */
export function forfeit(state: MatchState, losers: readonly number[], ending: string): void {
  const winners = takenSeats(state).filter((seat) => !losers.includes(seat));
  finish(state, winners, ending);
}

export type Forfeit = { at: number; losers: number[]; ending: 'clock' | 'absent' };

/**
 * What time will decide next if nobody acts, on playTime. Players whose absence runs out in the same
 * millisecond (a new owner marks all of them absent at once) lose together: nobody wins.
 */
export function nextForfeit(state: MatchState): Forfeit | undefined {
  if (state.phase !== 'playing') return undefined;
  const absent = seatsWhere(state, (seat) => seat.absentUntil > 0);
  const at = Math.min(...absent.map((seat) => absentUntil(state, seat)));
  const clock = state.turnUntil;
  if (clock > 0 && clock < at) return { at: clock, losers: [state.turn], ending: 'clock' };
  if (absent.length === 0) return undefined;
  return { at, losers: absent.filter((seat) => absentUntil(state, seat) === at), ending: 'absent' };
}

function absentUntil(state: MatchState, seat: number): number {
  return state.seats[seat]?.absentUntil ?? 0;
}
