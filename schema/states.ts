/** The states every durable room's own state starts from. A game adds its fields with `.extend`. */
import { type SchemaType, schema, t } from '@colyseus/schema';
import { numbered } from '#schema/numbered.ts';

/** Number of the first field that a state built on these adds; see `numbered`. A class holds 63. */
export const FIRST_FIELD = { room: 4, match: 24 } as const;

/**
 * `seq`: the last log entry that this state includes; not part of the state hash.
 * `clockOffset`: wall ms minus playTime ms; changes only after playTime was stopped.
 */
export const RoomState = schema(
  numbered(0, FIRST_FIELD.room, { seq: t.uint32().default(0), clockOffset: t.float64().default(0) }),
  'RoomState',
);
export type RoomState = SchemaType<typeof RoomState>;

/** The bot's player id: an ordinary player to the rules, but never absent. */
export const BOT_PLAYER = 'bot';

/** One seat of a match. `player` is a pseudonym; the name is looked up, never synced. */
export const MatchSeat = schema(
  {
    player: t.string().default(''),
    connected: t.boolean().default(false),
    /** playTime ms at which an absent player forfeits; 0 while present. */
    absentUntil: t.float64().default(0),
  },
  'MatchSeat',
);
export type MatchSeat = SchemaType<typeof MatchSeat>;

export const MATCH_PHASES = ['waiting', 'playing', 'finished'] as const;
export type MatchPhase = (typeof MATCH_PHASES)[number];

/** Base of every game with seats, turns and an outcome. */
export const MatchState = RoomState.extend(
  numbered(FIRST_FIELD.room, FIRST_FIELD.match, {
    phase: t.string<MatchPhase>().default('waiting'),
    /** All seats of the match, from the start; `player` is empty for a free one. */
    seats: t.array(MatchSeat),
    /** Time for a turn, and waiting time for an absent player; playTime ms. */
    turnMs: t.uint32().default(0),
    absenceMs: t.uint32().default(0),
    /** Players of the previous match with a reserved seat, for a limited time. */
    reserved: t.array('string'),
    /** The last free seat is reserved for the bot. */
    bot: t.boolean().default(false),
    /** Seat on turn, -1 without one. */
    turn: t.int8().default(-1),
    /** playTime ms at which the current turn's clock runs out; 0 without a clock. */
    turnUntil: t.float64().default(0),
    /** Winning seats once finished; empty is a draw. */
    winners: t.array('int8'),
    /** Ending: a keyword of the game, such as `four`, `draw`, `resigned`, `clock`, `absent`. */
    ending: t.string().default(''),
    /** Room id of the rematch, once there is one. */
    rematch: t.string().default(''),
  }),
  'MatchState',
);
export type MatchState = SchemaType<typeof MatchState>;
