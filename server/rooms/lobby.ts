/** The lobby of a process: each has one, and all of them show the same. */
import { matchMaker, type Server } from '@colyseus/core';
import { enter, refusal } from '#rooms/host/enter.ts';
import { LOBBY_ACCESS, type LobbyPorts, lobbyRoom } from '#rooms/lobby/lobby-room.ts';
import type { Authenticate, Authorize } from '#rooms/ports.ts';
import { CLOSE } from '#schema/protocol.ts';

const LOBBY = 'lobby';
/** Rooms that each process has one of. */
export const PLAIN: ReadonlySet<string> = new Set([LOBBY]);

export type LobbyParts = Pick<LobbyPorts, 'tables' | 'others'> & { authenticate: Authenticate; authorize: Authorize };

export function defineLobby(colyseus: Server, { authenticate, authorize, ...shown }: LobbyParts): void {
  const room = lobbyRoom({
    ...shown,
    now: Date.now,
    async enter(token, headers) {
      const user = await enter(authenticate, token, headers);
      if (!authorize({ user, ...LOBBY_ACCESS }).allowed) throw refusal('forbidden');
      return user;
    },
  });
  colyseus.define(LOBBY, room);
}

export async function openLobby(): Promise<void> {
  await matchMaker.handleCreateRoom(LOBBY, {}, undefined, LOBBY);
}

/** Its clients dial again. */
export async function closeLobby(): Promise<void> {
  await here()?.disconnect(CLOSE.retry);
}

type Here = InstanceType<ReturnType<typeof lobbyRoom>>;
const here = () => matchMaker.getLocalRoomById(LOBBY) as Here | undefined;

/** Closes what a session, or a player, has open in it. */
export function signOutOfLobby(ended: Parameters<Here['signOut']>[0]): void {
  here()?.signOut(ended);
}
