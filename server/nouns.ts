/** What there is to ask the API for, wired to the stores and to whoever has the rooms. */
import type { BanStore } from '#db/stores/bans.ts';
import type { IdempotencyStore } from '#db/stores/idempotency-keys.ts';
import type { MatchStore } from '#db/stores/matches.ts';
import type { PlayerStore } from '#db/stores/players.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import type { StatsStore } from '#db/stores/stats.ts';
import { channel } from '#rooms/chat/chat.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Authorize } from '#rooms/ports.ts';
import type { IdentityProvider } from '#server/identity/identity.ts';
import type { Limiter } from '#server/limits/limiter.ts';
import { bansNoun } from '#server/resources/bans.ts';
import { matchesNoun } from '#server/resources/matches.ts';
import { messagesNoun } from '#server/resources/messages.ts';
import { monitorNoun, type Passes } from '#server/resources/monitor.ts';
import { mutesNoun } from '#server/resources/mutes.ts';
import type { Noun } from '#server/resources/noun.ts';
import { playersNoun } from '#server/resources/players.ts';
import { channelsNoun, gameOf, gamesNoun, roomsNoun } from '#server/resources/rooms.ts';
import { sessionsNoun } from '#server/resources/sessions.ts';
import type { AsidePorts } from '#server/resources/set-aside.ts';
import { statsNoun } from '#server/resources/stats.ts';
import type { Ask } from '#server/world/ask.ts';
import { listChannels, openChannels } from '#server/world/channels.ts';
import type { Endings } from '#server/world/endings.ts';
import { openOnce } from '#server/world/idempotent-matches.ts';
import { closeMatch, openMatches } from '#server/world/matches.ts';
import type { People } from '#server/world/people.ts';
import type { World } from '#server/world/tables.ts';

export type NounsPorts = {
  players: PlayerStore;
  sessions: SessionStore;
  stats: StatsStore;
  matches: MatchStore;
  bans: BanStore;
  keys: IdempotencyStore;
  people: People;
  endings: Endings;
  identity: IdentityProvider;
  world: World;
  ask: Ask;
  aside: AsidePorts;
  machines: readonly AnyMachine[];
  authorize: Authorize;
  passes: Passes;
  /** How many matches one player may open, and how often. */
  opening: { most: number; perMinute: Limiter };
  /** Browsers come by HTTPS. */
  secure: boolean;
  hash(purpose: string, value: string): string;
};

export function nounsOf(ports: NounsPorts): Noun[] {
  const { players, sessions, stats, matches, bans, people, endings, identity, world, ask, machines } = ports;
  const games = machines.filter(({ keeps }) => keeps === 'log');
  const isGame = ({ machine }: { machine: string }) => games.some(({ name }) => name === machine);
  const talk = openChannels(ask, ports.authorize);
  const names = (ids: readonly string[]) => players.names(ids);
  const match = (room: string) => ask.owner('match', { room });
  return [
    playersNoun({ players, stats, people, online: () => world.online() }),
    bansNoun({ bans, ban: people.ban, unban: people.unban, names }),
    sessionsNoun({ sessions, signOut: (login, by) => endings.signOut(login, by, identity.sessions) }),
    statsNoun({ players, stats }),
    messagesNoun(talk),
    mutesNoun(talk),
    matchesNoun({
      matches,
      running: () => world.running(),
      find: (room) => match(room).then((found) => ('refused' in found ? undefined : found)),
      open: openOnce({
        open: openMatches(ask, games, { ...ports.opening, shown: () => world.shown() }),
        find: match,
        keys: ports.keys,
        hash: ports.hash,
      }),
      aside: async (room) => (await ports.aside.aside()).some((one) => one.room === room && isGame(one)),
      close: (room) => closeMatch(ask, ports.aside, room),
      names,
    }),
    roomsNoun({ listings: () => world.listings(), ...ports.aside }),
    channelsNoun(async (player) => listChannels(world.shown(), player)),
    gamesNoun(machines.filter(({ name }) => name !== channel.name).map(gameOf)),
    monitorNoun(ports.passes, ports.secure),
  ];
}
