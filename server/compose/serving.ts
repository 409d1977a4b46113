/** Opens the port, the lobby and the rooms, in the order in which others may know of them. */
import type { Server as HttpServer } from 'node:http';
import type { Server } from '@colyseus/core';
import type { Express } from 'express';
import type { ChannelStore } from '#db/stores/channels.ts';
import type { Directory } from '#rooms/host/directory.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { ownRoutesOnly } from '#server/admission/controller.ts';
import type { Cluster } from '#server/cluster/single-node.ts';
import type { Config } from '#server/config.ts';
import { openPermanent } from '#server/rooms/channels.ts';
import { closeLobby, openLobby } from '#server/rooms/lobby.ts';
import { lobbyRow } from '#server/rooms/stored-channels.ts';
import { listen } from '#server/start/listen.ts';

export type ServingDeps = {
  config: Config;
  app: Express;
  server: HttpServer;
  colyseus: Server;
  directory: Directory;
  cluster: Cluster;
  channels: Pick<ChannelStore, 'create'>;
  /** Rooms to make unless they are there. */
  rooms: readonly { room: string; machine: AnyMachine }[];
};

/** Answers the port. */
export async function openServing(deps: ServingDeps, stack: AsyncDisposableStack): Promise<number> {
  const { config, app, server, colyseus, directory, cluster, channels, rooms } = deps;
  // Of a start that fails before it could hand over what was woken meanwhile.
  stack.defer(() => directory.close());
  const port = await listen(colyseus, server, config, () => ownRoutesOnly(server, app));
  await cluster.start(directory, port, stack);
  stack.defer(closeLobby);
  if (cluster.hosts) await openLobby();
  // Rooms first: from then on nobody is let into the lobby either, and its clients dial elsewhere.
  stack.defer(() => cluster.handOver(directory));
  await directory.start();
  await channels.create(lobbyRow(Date.now()));
  if (cluster.hosts) await openPermanent(directory);
  for (const { room, machine } of rooms) await directory.create(machine, room, {});
  return port;
}
