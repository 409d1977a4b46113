/** REST on the rooms of a test's host: the API's own chain over HTTP, on what the journal says was quarantined. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { Status } from '#schema/status.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { createLimiter } from '#server/limits/limiter.ts';
import { authorize } from '#server/resources/all.ts';
import { api } from '#server/resources/api.ts';
import type { AuditRecord } from '#server/resources/filters.ts';
import { serve } from '#server/resources/resource.ts';
import { rooms } from '#server/resources/rooms.ts';
import { openQuarantine } from '#server/rooms/quarantine.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import type { World } from './harness.ts';

export type Rest = {
  /** As an administrator. */
  retry(room: string, body?: object): Promise<Status>;
  audited: AuditRecord[];
  close(): void;
};

export async function restOf(world: World): Promise<Rest> {
  const audited: AuditRecord[] = [];
  const quarantines = openQuarantine({
    store: world.store,
    seal: world.keyring.journalSeal(),
    machines: [connectFour, channel],
    wake: (room) => world.host.directory.wake(room),
  });
  const chain = api({
    resources: [serve(rooms, { quarantine: quarantines, listings: async () => [], listing: () => undefined })],
    authenticate: createVerifier({ ...world.issuer.trust, hash: world.keyring.hash, revoked: () => false }),
    authorize,
    now: Date.now,
    audit: (record) => audited.push(record),
    perPlayer: createLimiter(1_000, 60),
    metrics: createMetrics({ clients: () => 0, rooms: () => new Map() }),
    maxBody: 4_096,
    version: 'test',
  });
  const server = createServer(express().use(chain)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const token = await world.issuer.token({ name: 'root', roles: ['admin'] });
  const { port } = server.address() as AddressInfo;
  return {
    async retry(room, body = {}) {
      const response = await fetch(`http://127.0.0.1:${port}/apis/parlor.dev/v1/rooms/${room}/retry`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Status;
    },
    audited,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
