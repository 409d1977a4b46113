import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Client, type IRoomCache, matchMaker, SchemaSerializer } from '@colyseus/core';
import { Encoder, Schema, StateView } from '@colyseus/schema';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { channel } from '#rooms/chat/chat.ts';
import { sendFrame, serverFrame } from '#rooms/host/frames.ts';
import { probe } from '#rooms/testing/probe.ts';
import { openWorld, quiet, until, type World } from './harness.ts';

quiet();
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

it("[L80] the host's frame equals that of `ws` byte for byte, and `ws` lets the host send it", async () => {
  const server = new WebSocketServer({ port: 0 });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  await once(client, 'open');
  const inside = socket as unknown as { _socket: { write: unknown }; _sender: { _state: number }; _extensions: object };
  expect(inside._socket.write).toBeTypeOf('function');
  expect(inside._sender._state).toBe(0);
  expect(inside._extensions).toEqual({});
  const got: Buffer[] = [];
  client.on('message', (bytes: Buffer) => void got.push(bytes));
  const sizes = [1, 125, 126, 65_535, 65_536, 200_000];
  for (const size of sizes) {
    const body = Buffer.alloc(size, size % 251);
    sendFrame(socket, serverFrame(body), body);
    socket.send(body);
  }
  await until(() => got.length === 2 * sizes.length);
  sizes.forEach((size, i) => {
    expect(got[2 * i]).toEqual(Buffer.alloc(size, size % 251));
    expect(got[2 * i]).toEqual(got[2 * i + 1]);
  });
  client.terminate();
  server.close();
});

it('[L81] Colyseus creates a room under the given id, counts by `_events` and lists by `_listing`', async () => {
  await world.create(channel, 'by-this-name');
  const room = world.room('by-this-name');
  expect(room.roomId).toBe('by-this-name');
  expect(matchMaker.getLocalRoomById('by-this-name')).toBe(room);
  const { _events, _listing } = room as unknown as { _events: NodeJS.EventEmitter; _listing: IRoomCache };
  expect(_events.listenerCount('join')).toBeGreaterThan(0);
  expect(_listing).toMatchObject({ roomId: 'by-this-name', name: 'channel', clients: 0 });
});

it('[L82] `allowReconnection` accepts a hold for an object that never was a client, and lets the host reject it', async () => {
  await world.create(channel, 'talk');
  const room = world.room('talk');
  const hold = { sessionId: 'hold-1', reconnectionToken: 'token-1' } as Client;
  const held = room.allowReconnection(hold, 'manual');
  const inside = room as unknown as { _reservedSeats: object; _reconnections: Record<string, [string, unknown]> };
  expect(inside._reconnections['token-1']?.[0]).toBe('hold-1');
  expect(room.hasReservedSeat('hold-1', 'token-1')).toBe(true);
  expect(room.hasReservedSeat('hold-1')).toBe(false);
  held.reject(false);
  await held.then(undefined, () => {});
  await until(() => !Object.hasOwn(inside._reservedSeats, 'hold-1'));
  expect(inside._reconnections).toEqual({});
});

it("[L83] the encoder numbers entities from `nextUniqueId`, and keeps the serializer's fields", async () => {
  await world.create(probe, 'p');
  const { replica } = world.room('p');
  const { encoder } = replica;
  const root = encoder.root as unknown as { nextUniqueId: number };
  const next = root.nextUniqueId;
  expect(next).toBeGreaterThan(0);
  await world.open('ann', 'p');
  expect(root.nextUniqueId).toBeGreaterThan(next);
  expect(encoder).toMatchObject({ sharedBuffer: expect.any(Uint8Array), hasChanges: expect.any(Boolean) });
  expect(encoder.context.hasFilters).toBe(true);
  for (const method of ['encode', 'encodeAll', 'encodeView', 'encodeAllView', 'discardChanges'] as const)
    expect(Encoder.prototype[method]).toBeTypeOf('function');
});

it('[L84] the serializer has the fields that the host sets, and a view the changes that the host clears', () => {
  const serializer = new SchemaSerializer<Schema>();
  serializer.reset(new (class extends Schema {})());
  expect(Object.keys(serializer)).toEqual(expect.arrayContaining(['hasFilters', 'fullEncodeBuffer', 'needFullEncode']));
  expect((serializer as unknown as { encoder: Encoder }).encoder).toBeInstanceOf(Encoder);
  expect(serializer.applyPatches).toBeTypeOf('function');
  expect(new StateView().changes).toBeInstanceOf(Map);
});
