/** Opens tables: new ones, quick play at one that waits, and rematches. Each has its own room for talk. */
import { randomBytes } from 'node:crypto';
import { ZodError } from 'zod';
import { channel } from '#rooms/chat/chat.ts';
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import type { Directory } from '#rooms/host/directory.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { isPassing } from '#schema/refusals.ts';
import { roomOfChannel } from '#schema/rooms.ts';
import { BOT_PLAYER, type MatchState } from '#schema/states.ts';
import type { Asking } from '#server/cluster/ask.ts';
import type { Limiter } from '#server/limits/limiter.ts';
import type { OpenMatch, Order } from '#server/matchmaking/orders.ts';
import type { Ask, HostCalls, Refused, RoomCalls, TableOrder } from '#server/rooms/calls.ts';
import { MATCH_TALK_MS } from '#server/rooms/channels.ts';
import type { QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import type { Running } from '#server/rooms/summaries.ts';
import { runningOf, type Shown, shownOf, tableOf } from '#server/rooms/tables.ts';

/** How long whoever opened a table may take to sit down. */
const ARRIVAL_MS = 10_000;

export type MatchCaps = {
  /** Matches that one player may have open. */
  most: number;
  /** And may open, whether anybody ever sits down there or not. */
  perMinute: Pick<Limiter, 'take'>;
  /** Rooms everywhere. */
  shown(): Shown[];
};

export function openMatches(ask: Ask, games: readonly AnyMachine[], caps: MatchCaps): OpenMatch {
  const { most, perMinute, shown } = caps;
  const isOpen = (one: Shown, player: string) =>
    one.kind === 'match' && tableOf(one).phase !== 'finished' && tableOf(one).players.includes(player);

  return async ({ game: name, mode, config, options, bot, rematchOf, player }: Order) => {
    const retryAfterMs = await perMinute.take(player);
    if (retryAfterMs > 0) return { refused: 'rate', retryAfterMs };
    if (shown().filter((one) => isOpen(one, player)).length >= most) return { refused: 'too-many-matches' };
    if (rematchOf !== undefined) {
      const made = await ask.owner('rematch', { room: rematchOf, player });
      return 'refused' in made ? { ...made, field: 'rematchOf' } : made;
    }
    const game = games.find((machine) => machine.name === name);
    if (!game) return { refused: 'no-such-game', field: 'game' };
    if (bot && !game.bot) return { refused: 'no-bot', field: 'bot' };
    for (const field of ['reserved', 'bot', 'options']) {
      if (config && field in config) return { refused: 'malformed', field: `config.${field}` };
    }
    const order = { game: game.name, config: { ...config, ...(options && { options }), ...(bot && { bot }) }, player };
    return mode === 'quick' ? ask.one(`quick ${game.name}`, 'quick', order) : ask.idlest('table', order);
  };
}

/** Closes the room and its talk, also when one of them was quarantined; its log is kept. */
export async function closeMatch(
  ask: Ask,
  quarantined: Pick<QuarantinePorts, 'end'>,
  room: string,
): Promise<Refused | null> {
  const match = await ask.owner('match', { room });
  if ('refused' in match && match.refused !== 'room-quarantined') return match;
  if ('listing' in match && match.listing.phase === 'finished') return { refused: 'match-over' };
  const end = async (room: string, keep: boolean): Promise<Refused | null> => {
    const kept = await ask.owner('end', { room, keep });
    if (kept?.refused !== 'room-quarantined') return kept;
    const refused = await quarantined.end(room);
    return refused ? { refused } : null;
  };
  // The talk first: while the match is there, an attempt that failed can be made again.
  const kept = await end(roomOfChannel(room), false);
  if (kept && isPassing(kept.refused)) return kept;
  return end(room, true);
}

function peopleOf({ seats }: MatchState): string[] {
  return seats.map(({ player }) => player).filter((player) => player !== '' && player !== BOT_PLAYER);
}

/** Below `spec`: a game's options stand beside the settings that every match has. */
function fieldOf(issue: ZodError['issues'][number] | undefined): string {
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...unknown];
  return [...(path[0] === 'options' ? [] : ['config']), ...path].join('.');
}

export type MatchCallsPorts = {
  directory: Directory;
  games: readonly AnyMachine[];
  asking: Asking;
  /** Rooms everywhere. */
  shown(): Shown[];
};

export type MatchCalls = Pick<RoomCalls, 'rematch' | 'match' | 'seated'> & Pick<HostCalls, 'table' | 'quick'>;

/** Whether the player has a seat in a room that is here, or wakes. */
export function seatedIn(directory: Directory): RoomCalls['seated'] {
  return async ({ room, player }) => {
    const loaded = await woken(directory, room);
    return 'refused' in loaded ? loaded : { seated: loaded.replica.seats.of(player) >= 0 };
  };
}

async function woken(directory: Directory, room: string): Promise<DurableRoom | Refused> {
  const refused = await directory.wake(room);
  if (refused) return { refused };
  return directory.loaded(room) ?? { refused: 'no-such-room' };
}

export function matchCalls({ directory, games, asking, shown }: MatchCallsPorts): MatchCalls {
  const opened = new Map<string, { player: string; until: number; made: Running }>();
  let looking: Promise<unknown> = Promise.resolve();

  function remember(made: Running, player: string): void {
    for (const [id, { until }] of opened) if (until < Date.now()) opened.delete(id);
    opened.set(made.room, { player, until: Date.now() + ARRIVAL_MS, made });
  }

  async function table({ game: name, config, player }: TableOrder): Promise<Running | Refused> {
    const game = games.find((machine) => machine.name === name);
    if (!game) return { refused: 'no-such-game', field: 'game' };
    const room = `m-${randomBytes(9).toString('base64url')}`;
    try {
      await directory.create(game, room, config);
    } catch (error) {
      if (!(error instanceof ZodError)) throw error;
      return { refused: 'malformed', field: fieldOf(error.issues[0]) };
    }
    await directory.create(channel, roomOfChannel(room), { ttlMs: MATCH_TALK_MS, match: room });
    const loaded = directory.loaded(room);
    const shown = loaded && shownOf(loaded);
    if (!shown) return { refused: 'no-such-room' };
    const made = runningOf(shown);
    remember(made, player);
    return made;
  }

  /** Somebody else has just opened it and is about to sit down: two who look at once find each other. */
  function comes(room: string, player: string): boolean {
    const by = opened.get(room);
    return by !== undefined && by.player !== player && by.until >= Date.now();
  }

  /** A table that waits for somebody other than this player, the one that has waited longest first. */
  function waiting(game: string, player: string): Running | undefined {
    const all = shown();
    const open = all.filter((one) => {
      if (one.machine !== game || !one.waits) return false;
      const { players, reserved = [], max } = tableOf(one);
      if (!reserved.includes(player) && players.length + reserved.length >= max) return false;
      return players.length === 0 ? comes(one.room, player) : !players.includes(player);
    });
    const first = open.sort((a, b) => a.createdAt - b.createdAt)[0];
    if (first) return runningOf(first);
    // One that was opened in another process a moment ago may not be shown yet.
    const known = new Set(all.map(({ room }) => room));
    return [...opened.values()].find(({ made }) => {
      return made.game === game && !known.has(made.room) && comes(made.room, player);
    })?.made;
  }

  async function match({ room }: { room: string }): Promise<Running | Refused> {
    const loaded = await woken(directory, room);
    if ('refused' in loaded) return loaded;
    const shown = shownOf(loaded);
    return shown?.kind === 'match' ? runningOf(shown) : { refused: 'no-such-room' };
  }

  const ask = asking({ table, match });

  async function findOrOpen(order: TableOrder): Promise<Running | Refused> {
    const found = waiting(order.game, order.player);
    if (found) return found;
    const made = await ask.idlest('table', order);
    if ('room' in made) remember(made, order.player);
    return made;
  }

  return {
    table,
    /** One after the other: of two who look at the same moment, the second finds the table of the first. */
    quick(order) {
      const found = looking.then(() => findOrOpen(order));
      looking = found.catch(() => {});
      return found;
    },
    seated: seatedIn(directory),
    match,
    async rematch({ room, player }) {
      const loaded = await woken(directory, room);
      if ('refused' in loaded) return loaded;
      const state = loaded.replica.state as MatchState;
      if (state.phase !== 'finished') return { refused: 'match-running' };
      if (!state.seats.some((seat) => seat.player === player)) return { refused: 'not-seated' };
      if (state.rematch === '') {
        const { machine, genesis } = loaded.replica;
        const config = { ...(genesis.config as object), reserved: peopleOf(state) };
        const made = await ask.idlest('table', { game: machine.name, config, player: '' });
        if ('refused' in made) return made;
        // Both may ask at once: the first that is in the log counts, and the other table is never shown.
        await loaded.gate.tell('rematch', { room: made.room });
      }
      return ask.owner('match', { room: state.rematch });
    },
  };
}
