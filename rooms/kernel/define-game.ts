/** A game is a machine with seats, turns and an outcome; this supplies what all games share. */
import { z } from 'zod';
import { defineMachine } from '#rooms/kernel/define-machine.ts';
import type { Command, Commands, Context, InputLane, Machine } from '#rooms/kernel/machine.ts';
import {
  finish,
  forfeit,
  giveTurn,
  nextForfeit,
  presentSeats,
  refusesSeat,
  seatAfter,
  sit,
  standUp,
  stepAway,
  takenSeats,
} from '#rooms/kernel/match.ts';
import type { TableListing } from '#schema/lobby.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import { MatchSeat, type MatchState } from '#schema/states.ts';

const span = z.int().min(5_000).max(600_000);

/** What whoever opens a table may choose; times in ms of playTime. */
export const tableConfig = z.strictObject({
  turnMs: span.default(60_000),
  absenceMs: span.default(60_000),
  /** A table with the bot: its last free seat is kept for `BOT_PLAYER`. */
  bot: z.boolean().default(false),
  /** Players for whom seats are kept until they come, or `RESERVED_MS` have gone by. Set by the host for a rematch. */
  reserved: z.array(z.string().max(64)).max(16).default([]),
  /** The game's own; see `GameDefinition.options`. */
  options: z.unknown(),
});

/** How long a new table keeps seats, on playTime. */
export const RESERVED_MS = 120_000;

/** How long a finished table keeps the seat of one who went away. */
const FINISHED_LAPSE_MS = 600_000;

const SEAT = { verb: 'create', resource: 'matches', subresource: 'seats' };
const MOVE = { verb: 'create', resource: 'matches', subresource: 'moves' };
const TABLE = { verb: 'update', resource: 'matches' };

export type GameDefinition<S extends MatchState, Secret, Moves, Own extends string = never, Options = unknown> = Pick<
  Machine<S, Secret, Moves>,
  'name' | 'source' | 'State' | 'view' | 'bot' | 'reveals' | 'signals'
> & {
  /** The match begins as soon as `min` players are present; who moves first is drawn. */
  seats: { min: number; max: number };
  secret?: () => Secret;
  /** Its own reasons to refuse a move, a word and a sentence each; `check` answers the word. */
  refusals?: Readonly<Record<Own, string>>;
  /** The board as it lies before anyone sits down. */
  setup?(state: S, ctx: Context<Secret>, options: NoInfer<Options>): void;
  /** What the creator of a match may choose, each with a default and a title; without it, nothing. The API shows it. */
  options?: z.ZodType<Options>;
  /** Once, when the match begins: deal, place. */
  begin?(state: S, ctx: Context<Secret>): void;
  /** `check` is asked only of a seated player in a running match and, without `realtime`, in their turn. */
  moves: Commands<S, Secret, Moves, NoInfer<Own>>;
  /** No turns: every seat may move at any time, and `step` runs `rate` times a second during the match. */
  realtime?: { rate: number; inputs?: InputLane; step(state: S, ctx: Context<Secret>): void };
  /** Asked after every move and step. */
  outcome(state: S): { winners: readonly number[]; ending: string } | undefined;
  /** The position in a few characters, for the list of tables. */
  picture?(state: S): string;
};

type Supplied = { resign: Record<string, never> | undefined; rematch: { room: string } };

export function defineGame<
  S extends MatchState,
  Moves,
  Secret = Record<string, never>,
  Own extends string = never,
  Options = unknown,
>(game: GameDefinition<S, Secret, Moves, Own, Options>): Machine<S, Secret, Moves & Supplied> {
  const { realtime, secret = () => ({}) as Secret } = game;

  function beginIfReady(state: S, ctx: Context<Secret>): void {
    if (state.phase !== 'waiting' || state.reserved.length > 0) return;
    if (presentSeats(state).length < game.seats.min) return;
    state.phase = 'playing';
    game.begin?.(state, ctx);
    if (!realtime) giveTurn(state, ctx.random.pick(takenSeats(state)), ctx.playTime);
  }

  function settle(state: S): void {
    const result = game.outcome(state);
    if (result) finish(state, result.winners, result.ending);
  }

  function present(state: S, seat: number, ctx: Context<Secret>): void {
    sit(state, seat, ctx.player);
    beginIfReady(state, ctx);
  }

  const refusals: Readonly<Record<string, string>> = game.refusals ?? {};

  function asCommand<P>(move: Command<S, Secret, P, Own>): Command<S, Secret, P> {
    return {
      ...move,
      check(state, payload, ctx) {
        const outOfTurn = !realtime && state.turn !== ctx.seat ? 'not-your-turn' : undefined;
        // The kernel makes a code of the game's own word.
        const judged = () => move.check?.(state, payload, ctx) as RefusalCode | undefined;
        return refusesPlay(state, ctx.seat) ?? outOfTurn ?? judged();
      },
      apply(state, payload, ctx) {
        move.apply(state, payload, ctx);
        if (!realtime) giveTurn(state, seatAfter(state, ctx.seat), ctx.playTime);
        settle(state);
      },
    };
  }

  return defineMachine<S, z.infer<typeof tableConfig>, Moves & Supplied, Secret>({
    name: game.name,
    kind: 'match',
    source: game.source,
    keeps: 'log',
    State: game.State,
    secret,
    config: tableConfig.extend({
      options: (game.options ?? z.strictObject({})).prefault({} as never),
      bot: game.bot ? tableConfig.shape.bot : z.literal(false).default(false),
    }),
    ...(game.options && { options: game.options }),
    joinAccess: SEAT,
    access: MOVE,
    commands: { ...wrapEach(game.moves, asCommand), resign, rematch } as Commands<S, Secret, Moves & Supplied>,
    setup(state, { reserved, options, ...config }, ctx) {
      Object.assign(state, config);
      state.reserved.push(...reserved);
      for (let i = 0; i < game.seats.max; i++) state.seats.push(new MatchSeat());
      game.setup?.(state, ctx, options as Options);
    },

    seats: { ...game.seats, lapseMs: FINISHED_LAPSE_MS },
    lapseMs(state) {
      if (state.phase === 'waiting') return state.absenceMs;
      return state.phase === 'playing' ? Number.POSITIVE_INFINITY : FINISHED_LAPSE_MS; // a running match decides by itself
    },
    admit: refusesSeat,
    join: (state, { seat }, ctx) => present(state, seat, ctx),
    return: (state, { seat }, ctx) => present(state, seat, ctx),
    drop: (state, { seat }, { playTime }) => stepAway(state, seat, playTime),
    leave: (state, { seat }) => standUp(state, seat),

    deadline(state) {
      if (state.phase === 'waiting' && state.reserved.length > 0) return { clock: 'playTime', at: RESERVED_MS };
      const next = nextForfeit(state);
      return next && { clock: 'playTime', at: next.at };
    },
    wake(state, ctx) {
      if (ctx.playTime >= RESERVED_MS) state.reserved.splice(0);
      beginIfReady(state, ctx);
      const due = nextForfeit(state);
      if (due && due.at <= ctx.playTime) forfeit(state, due.losers, due.ending);
    },
    ...(realtime && {
      rate: realtime.rate,
      ...(realtime.inputs && { inputs: realtime.inputs }),
      ticks: ({ phase }: S) => phase === 'playing',
      step(state: S, ctx: Context<Secret>) {
        if (state.phase !== 'playing') return;
        realtime.step(state, ctx);
        settle(state);
      },
    }),

    view: game.view,
    bot: game.bot,
    refusals,
    ...(game.reveals && { reveals: game.reveals }),
    ...(game.signals && { signals: game.signals }),
    outcome(state) {
      if (state.phase !== 'finished') return undefined;
      return { winners: [...state.winners], ending: state.ending, players: state.seats.map((seat) => seat.player) };
    },
    listing(state): TableListing {
      const players = takenSeats(state).map((seat) => state.seats[seat]?.player ?? '');
      const shown = { phase: state.phase, players, max: game.seats.max, picture: game.picture?.(state) ?? '' };
      return state.reserved.length > 0 ? { ...shown, reserved: [...state.reserved] } : shown;
    },
  });
}

/** Why nobody in `seat` may act in the match as it stands. */
function refusesPlay(state: MatchState, seat: number): RefusalCode | undefined {
  if (state.phase === 'finished') return 'match-over';
  if (seat < 0) return 'not-seated';
  return state.phase === 'waiting' ? 'not-started' : undefined;
}

const resign: Command<MatchState, unknown, Supplied['resign']> = {
  payload: z.strictObject({}).optional(),
  check: (state, _, { seat }) => refusesPlay(state, seat),
  apply: (state, _, { seat }) => forfeit(state, [seat], 'resigned'),
};

/** The host notes which room goes on with this table. A rematch is a new room, so no player may. */
const rematch: Command<MatchState, unknown, Supplied['rematch']> = {
  payload: z.strictObject({ room: z.string().min(1).max(64) }),
  access: TABLE,
  check(state, _, { player }) {
    if (player !== '') return 'forbidden';
    if (state.phase !== 'finished') return 'match-running';
    return state.rematch === '' ? undefined : 'rematch-made';
  },
  apply(state, { room }) {
    state.rematch = room;
  },
};

function wrapEach<S extends MatchState, Secret, Moves, Own extends string>(
  moves: Commands<S, Secret, Moves, Own>,
  wrap: <P>(move: Command<S, Secret, P, Own>) => Command<S, Secret, P>,
): Commands<S, Secret, Moves> {
  const wrapped = {} as Commands<S, Secret, Moves>;
  for (const name in moves) wrapped[name] = wrap(moves[name]);
  return wrapped;
}
