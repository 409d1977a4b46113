/**
 * One process of many in the benchmark: `stock` Colyseus with its Redis driver and presence, or `ours`, the whole of
 * Parlor with its journal in Redis. Tells its port and id on one line, then answers each line on standard input with
 * the CPU that it has used so far.
 *
 *   node loadtest/bench/member.ts ours '{"redis":"redis://…","rooms":["room-0"],"tables":[],"issuer":{…}}'
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { matchMaker, Server } from '@colyseus/core';
import { RedisDriver } from '@colyseus/redis-driver';
import { RedisPresence } from '@colyseus/redis-presence';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { probe } from '#rooms/testing/probe.ts';
import { readConfig } from '#server/config.ts';
import { startParlor } from '#server/parlor.ts';
import { believing } from '#tests/chaos/identity.ts';
import { PlainRoom } from './plain-room.ts';

/** Longer than any run. */
const NEVER_MS = 3_600_000;

export type Kind = 'stock' | 'ours';
export type MemberOrders = {
  redis: string;
  /** Those that this process begins with. */
  rooms: string[];
  tables: string[];
  issuer: Parameters<typeof believing>[0];
};
export type MemberReady = { port: number; id: string };

async function startStock({ redis, rooms }: MemberOrders): Promise<number> {
  const server = createServer();
  const transport = new WebSocketTransport({ server, pingInterval: 0 });
  const shared = { driver: new RedisDriver(redis), presence: new RedisPresence(redis) };
  const colyseus = new Server({ transport, greet: false, gracefullyShutdown: false, ...shared });
  colyseus.define('plain', PlainRoom);
  await colyseus.listen(0, '127.0.0.1');
  for (const room of rooms) await matchMaker.handleCreateRoom('plain', {}, undefined, room);
  return (server.address() as AddressInfo).port;
}

async function startOurs({ rooms, tables, issuer }: MemberOrders): Promise<number> {
  const { listing: _, ...machine } = probe; // no table of the lobby's
  const { port } = await startParlor(readConfig(), '0.0.0', {
    machines: [machine],
    rooms: [...rooms.map((room) => ({ room, machine })), ...tables.map((room) => ({ room, machine: connectFour }))],
    identity: believing(issuer),
    idleMs: NEVER_MS, // rooms that nobody came to yet are not over
  });
  return port;
}

if (import.meta.main) {
  const [kind, given = ''] = process.argv.slice(2) as [Kind, string];
  const orders = JSON.parse(given) as MemberOrders;
  const port = await (kind === 'stock' ? startStock(orders) : startOurs(orders));
  console.log(JSON.stringify({ port, id: matchMaker.processId } satisfies MemberReady));
  createInterface({ input: process.stdin }).on('line', () => {
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ cpu: user + system }));
  });
  process.stdin.on('end', () => process.exit(0));
}
