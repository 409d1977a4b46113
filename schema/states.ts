/** The states every durable room's own state starts from. A game adds its fields with `.extend`. */
import { type SchemaType, schema, t } from '@colyseus/schema';
import { numbered } from '#schema/numbered.ts';

/** Number of the first field that a state built on these adds; see `numbered`. A class holds 63. */
export const FIRST_FIELD = { room: 4, match: 24 } as const;

/**
 * `seq`: the place in the room's log that this state is at; left out of the state hash.
 * `clockOffset`: wall ms minus playTime ms; changes only when playTime stood still.
 */
export const RoomState = schema(
  numbered(0, FIRST_FIELD.room, { seq: t.uint32().default(0), clockOffset: t.float64().default(0) }),
  'RoomState',
);
export type RoomState = SchemaType<typeof RoomState>;

/** Who plays for the bot: a player like any other to the rules, but never absent. */
export const BOT_PLAYER = 'bot';

/** One place at a table. `player` is a pseudonym; the name is looked up, never synced. */
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
    /** As many as the table has, from the start; `player` is empty where nobody sits. */
    seats: t.array(MatchSeat),
    /** How long a turn may take, and how long an absent player is waited for; playTime ms. */
    turnMs: t.uint32().default(0),
    absenceMs: t.uint32().default(0),
    /** Players for whom seats are kept, as they played the match before; none is kept for long. */
    reserved: t.array('string'),
    /** The last free seat is kept for the bot player. */
    bot: t.boolean().default(false),
    /** Seat to move, -1 when nobody is. */
    turn: t.int8().default(-1),
    /** playTime ms at which the running turn is lost on time; 0 when no clock runs. */
    turnUntil: t.float64().default(0),
    /** Winning seats once finished; empty is a draw. */
    winners: t.array('int8'),
    /** Why it ended: a word of the game's, such as `four`, `draw`, `resigned`, `clock`, `absent`. */
    ending: t.string().default(''),
    /** Room id of the rematch, once there is one. */
    rematch: t.string().default(''),
  }),
  'MatchState',
);
export type MatchState = SchemaType<typeof MatchState>;
