/** Every resource of the API, and what they are wired to. Routes, documents, metrics' labels and roles derive from this list. */
import type { Authorize } from '#rooms/ports.ts';
import { createAuthorizer } from '#server/authz/authorize.ts';
import { EVERYONE, rolesOf } from '#server/authz/roles.ts';
import { type BansPorts, bans } from '#server/resources/bans.ts';
import { channels } from '#server/resources/channels.ts';
import { type GameListing, games } from '#server/resources/games.ts';
import { type MatchesPorts, matches } from '#server/resources/matches.ts';
import { messages } from '#server/resources/messages.ts';
import { monitorPasses, type Passes } from '#server/resources/monitor-passes.ts';
import { mutes } from '#server/resources/mutes.ts';
import { type PlayersPorts, players } from '#server/resources/players.ts';
import { type Asked, type Declaration, type Facts, type Resource, serve } from '#server/resources/resource.ts';
import { type RoomsPorts, rooms } from '#server/resources/rooms.ts';
import { type SessionsPorts, sessions } from '#server/resources/sessions.ts';
import { type StatsPorts, stats } from '#server/resources/stats.ts';
import type { StoredChannels } from '#server/rooms/stored-channels.ts';
import type { Channels } from '#server/rooms/talk.ts';

/** All that the resources ask for; `server/compose/api.ts` wires it. */
export type ApiPorts = BansPorts &
  PlayersPorts &
  RoomsPorts &
  SessionsPorts &
  StatsPorts & {
    talk: Channels;
    play: MatchesPorts;
    channels: StoredChannels;
    games: readonly GameListing[];
    passes: Passes;
    /** Browsers come by HTTPS. */
    secure: boolean;
  };

export const DECLARATIONS: readonly Declaration<ApiPorts>[] = [
  players,
  bans,
  sessions,
  stats,
  messages,
  mutes,
  matches,
  rooms,
  channels,
  games,
  monitorPasses,
];

/** Entries beside the API that the same authorizer is asked about. */
export const ENTRIES: readonly Asked[] = [
  { plural: 'lobby', rules: [{ roles: EVERYONE, verbs: ['get'] }] },
  { plural: 'monitor', rules: [] },
];

export function resourcesOf(ports: ApiPorts, declarations = DECLARATIONS): Resource[] {
  return declarations.map((declaration) => serve(declaration, ports));
}

/** The default roles over these resources, and over what else is asked about. */
export function authorizerOf(declarations: readonly Facts[]): Authorize {
  return createAuthorizer(rolesOf([...declarations, ...ENTRIES]));
}

export const authorize: Authorize = authorizerOf(DECLARATIONS);
