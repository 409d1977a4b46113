/** Opens tables: new ones, quick play at one that waits, and rematches. Each has its own room for talk. */
import { randomBytes } from 'node:crypto';
import { ZodError } from 'zod';
import { channel } from '#rooms/chat/chat.ts';
import type { Directory } from '#rooms/host/directory.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { TableListing } from '#schema/lobby.ts';
import type { MatchState } from '#schema/states.ts';
import type { MatchesPorts, Order, Running } from '#server/resources/matches.ts';

/** Talk at a table is forgotten soon after the table. */
const TABLE_TALK_MS = 6 * 3_600_000;

export const channelOf = (match: string) => `channel-${match}`;

/** How long whoever opened a table may take to sit down. */
const ARRIVAL_MS = 10_000;

type Refused = Extract<Awaited<ReturnType<MatchesPorts['open']>>, { refused: unknown }>;

export function openMatches(directory: Directory, games: readonly AnyMachine[]): MatchesPorts['open'] {
  const opened = new Map<string, { player: string; until: number }>();

  const running = (room: string): Running | Refused => {
    const loaded = directory.loaded(room);
    if (!loaded) return { refused: 'no-such-room' };
    const { machine, genesis, state } = loaded.replica;
    const listing = machine.listing?.(state) as TableListing;
    return { room, game: machine.name, createdAt: genesis.createdAt, listing };
  };

  async function open(game: AnyMachine, config: unknown, player = ''): Promise<Running | Refused> {
    const room = `m-${randomBytes(9).toString('base64url')}`;
    try {
      await directory.create(game, room, config);
    } catch (error) {
      if (!(error instanceof ZodError)) throw error;
      return { refused: 'malformed', field: ['config', ...(error.issues[0]?.path ?? [])].join('.') };
    }
    await directory.create(channel, channelOf(room), { ttlMs: TABLE_TALK_MS });
    opened.set(room, { player, until: Date.now() + ARRIVAL_MS });
    return running(room);
  }

  /** Somebody else has just opened it and is about to sit down: two who look at once find each other. */
  function comes(room: string, player: string): boolean {
    for (const [id, { until }] of opened) if (until < Date.now()) opened.delete(id);
    const by = opened.get(room)?.player;
    return by !== undefined && by !== player;
  }

  /** A table that waits for somebody other than this player, the one that has waited longest first. */
  function waiting(game: string, player: string): string | undefined {
    const open = [...directory.all()].filter(({ roomId, replica, moving }) => {
      const { machine, state, seats } = replica;
      const { phase, house } = state as MatchState;
      const players = seats.held();
      if (moving || machine.name !== game || phase !== 'waiting' || house || seats.of(player) >= 0) return false;
      if (players.length === 0) return comes(roomId, player);
      return players.every((seat) => seats.at(seat)?.connected);
    });
    return open.sort((a, b) => a.replica.genesis.createdAt - b.replica.genesis.createdAt)[0]?.roomId;
  }

  async function rematch(of: string, player: string): Promise<Running | Refused> {
    const field = 'rematchOf';
    const refused = await directory.wake(of);
    if (refused) return { refused, field };
    const loaded = directory.loaded(of);
    if (!loaded) return { refused: 'no-such-room', field };
    const state = loaded.replica.state as MatchState;
    if (state.phase !== 'finished') return { refused: 'match-running', field };
    if (!state.seats.some((seat) => seat.player === player)) return { refused: 'not-seated', field };
    if (state.rematch !== '') return running(state.rematch);
    const { turnMs, absenceMs, house } = state;
    const made = await open(loaded.replica.machine, { turnMs, absenceMs, house });
    if ('refused' in made) return made;
    // Both may ask at once: the first that is in the log counts, and the other table is never shown.
    await loaded.tell('rematch', { room: made.room });
    return running(state.rematch);
  }

  return async ({ game: name, mode, config, house, rematchOf, player }: Order) => {
    if (rematchOf !== undefined) return rematch(rematchOf, player);
    const game = games.find((machine) => machine.name === name);
    if (!game) return { refused: 'no-such-game', field: 'game' };
    const found = mode === 'quick' ? waiting(game.name, player) : undefined;
    return found === undefined
      ? open(game, { ...config, ...(house !== undefined && { house }) }, player)
      : running(found);
  };
}
