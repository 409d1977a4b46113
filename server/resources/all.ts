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
import { openOnce } from '#server/matchmaking/idempotent.ts';
import { closeMatch, openMatches } from '#server/matchmaking/matches.ts';
import type { People } from '#server/people/people.ts';
import type { Revocations } from '#server/people/revocations.ts';
import { bansResource } from '#server/resources/bans.ts';
import { matchesResource } from '#server/resources/matches.ts';
import { messagesResource } from '#server/resources/messages.ts';
import { monitorResource, type Passes } from '#server/resources/monitor.ts';
import { mutesResource } from '#server/resources/mutes.ts';
import { playersResource } from '#server/resources/players.ts';
import type { Resource } from '#server/resources/resource.ts';
import { channelsResource, gameOf, gamesResource, roomsResource } from '#server/resources/rooms.ts';
import { sessionsResource } from '#server/resources/sessions.ts';
import { statsResource } from '#server/resources/stats.ts';
import type { Ask } from '#server/rooms/calls.ts';
import { listChannels, openChannels } from '#server/rooms/channels.ts';
import type { QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import type { World } from '#server/rooms/tables.ts';

export type ResourcesPorts = {
  players: PlayerStore;
  sessions: SessionStore;
  stats: StatsStore;
  matches: MatchStore;
  bans: BanStore;
  keys: IdempotencyStore;
  people: People;
  revoked: Revocations;
  identity: IdentityProvider;
  world: World;
  ask: Ask;
  quarantined: QuarantinePorts;
  machines: readonly AnyMachine[];
  authorize: Authorize;
  passes: Passes;
  /** How many matches one player may open, and how often. */
  opening: { most: number; perMinute: Limiter };
  /** Browsers come by HTTPS. */
  secure: boolean;
  hash(purpose: string, value: string): string;
};

export function resourcesOf(ports: ResourcesPorts): Resource[] {
  const { players, sessions, stats, matches, bans, people, revoked, identity, world, ask, machines } = ports;
  const games = machines.filter(({ keeps }) => keeps === 'log');
  const isGame = ({ machine }: { machine: string }) => games.some(({ name }) => name === machine);
  const talk = openChannels(ask, ports.authorize);
  const names = (ids: readonly string[]) => players.names(ids);
  const match = (room: string) => ask.owner('match', { room });
  return [
    playersResource({ players, stats, people, online: () => world.online() }),
    bansResource({ bans, ban: people.ban, unban: people.unban, names }),
    sessionsResource({ sessions, signOut: (login, by) => revoked.signOut(login, by, identity.sessions) }),
    statsResource({ players, stats }),
    messagesResource(talk),
    mutesResource(talk),
    matchesResource({
      matches,
      running: () => world.running(),
      find: (room) => match(room).then((found) => ('refused' in found ? undefined : found)),
      open: openOnce({
        open: openMatches(ask, games, { ...ports.opening, shown: () => world.shown() }),
        find: match,
        keys: ports.keys,
        hash: ports.hash,
      }),
      quarantined: async (room) =>
        (await ports.quarantined.quarantined()).some((one) => one.room === room && isGame(one)),
      close: (room) => closeMatch(ask, ports.quarantined, room),
      names,
    }),
    roomsResource({ listings: () => world.listings(), ...ports.quarantined }),
    channelsResource(async (player) => listChannels(world.shown(), player)),
    gamesResource(machines.filter(({ name }) => name !== channel.name).map(gameOf)),
    monitorResource(ports.passes, ports.secure),
  ];
}
