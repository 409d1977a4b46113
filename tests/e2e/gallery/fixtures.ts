/** States as a server would have sent them, and connections that stand still in one status. */
import type { Connection, Pending, Status } from '#client/net/connection.ts';
import { Names } from '#client/net/names.ts';
import type { Lobby, LobbyStatus, Parlor, Person, Table } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { RoomState } from '#schema/states.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NOW = new Date(2026, 2, 6, 20, 15).getTime();
export const ME = 'p-ada';

export const PEOPLE: readonly Person[] = [
  { player: ME, name: 'Ada', since: Date.now() - 12 * MINUTE },
  { player: 'p-ben', name: 'Ben Okafor', since: Date.now() - 3 * MINUTE },
  { player: 'p-long', name: 'Maximiliane Wolkenstein-Trostburg zu Rodenegg', since: Date.now() - 40 * MINUTE },
  { player: 'p-layla', name: 'ليلى الحسيني', since: Date.now() - 2 * HOUR },
  { player: 'p-emoji', name: '🦊 fox 🧑‍🚀', since: Date.now() - 20_000 },
];

export type Fixed = {
  machine?: string;
  status?: Status;
  paused?: boolean;
  seat?: number;
  refusal?: RefusalCode;
  pending?: readonly Pending[];
  player?: string;
};

/** A connection in which nothing happens any more. */
export function fixed<S extends RoomState>(
  state: S,
  { status = 'live', paused = false, seat = 0, ...rest }: Fixed = {},
): Connection<S> {
  return {
    state,
    machine: rest.machine ?? 'connect-four',
    seat,
    status,
    paused,
    player: rest.player ?? ME,
    refusal: rest.refusal,
    pending: rest.pending ?? [],
    submit: () => new Promise(() => {}),
    lanes: { input: () => 0, acked: { n: 0, tick: 0 }, signal: () => true, onSignal: () => () => {} },
    serverNow: () => NOW,
    playTime: () => NOW,
    subscribe: () => () => {},
    leave: async () => {},
  };
}

export type Given = {
  rooms?: Record<string, Connection<never>>;
  lobby?: LobbyStatus;
  people?: readonly Person[];
  tables?: readonly Table[];
  api?: Record<string, unknown>;
  refuses?: string;
  /** Signed out by oneself. */
  here?: boolean;
};

export const gamesOf = (bot: boolean) => ({ items: [{ metadata: { name: 'connect-four' }, spec: { bot } }] });
const GAMES: Record<string, unknown> = { games: gamesOf(true) };

/** A parlor of fixtures. A room or an answer that is not given never comes: that is the loading state. */
export function parlorOf({
  rooms = {},
  lobby = 'live',
  people = PEOPLE,
  tables = [],
  api = {},
  refuses,
  here = false,
}: Given): Parlor {
  const names = new Names();
  for (const { player, name } of PEOPLE) names.learn(player, name);
  const presence: Lobby = { status: lobby, people, tables, subscribe: () => () => {} };
  return {
    me: { player: ME, name: 'Ada' },
    names,
    lobby: presence,
    rest: {
      get: <T>(path: string) =>
        refuses
          ? Promise.reject(new Refusal(403, refuses))
          : path in { ...GAMES, ...api }
            ? Promise.resolve({ ...GAMES, ...api }[path] as T)
            : path === 'bans'
              ? Promise.resolve({ metadata: {}, items: [] } as T)
              : new Promise<T>(() => {}),
      getOnce: () => new Promise(() => {}),
      patch: () => new Promise(() => {}),
      post: () => new Promise(() => {}),
      delete: () => Promise.resolve(),
    },
    openRoom: <S>(room: string) =>
      room in rooms ? Promise.resolve(rooms[room] as unknown as Connection<S>) : new Promise<Connection<S>>(() => {}),
    newMatch: () => Promise.reject(new Refusal(409, refuses ?? 'All seats here are taken.')),
    serverNow: Date.now,
    mayAdminister: 'sessions' in api || 'players' in api,
    signedOutHere: here,
    mayModerate: false,
    signIn: () => {},
    signOut: () => {},
  };
}
