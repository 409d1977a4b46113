import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { memoryMembers } from '#server/testing/memory-members.ts';
import { openEdge, startTarget } from './harness.ts';

const GENEROUS = { timeout: 60_000, interval: 20 };
const HANDSHAKE =
  'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const ACCEPT = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
/** More than kernels hold for a socket and its reader, by far. */
const FLOOD = 128 * 1024 * 1024;

async function one() {
  const members = memoryMembers();
  const target = await startTarget(members, 'a');
  members.claim('r1', 'a');
  const env = { PARLOR_CONNECTIONS_PER_ADDRESS: '1000' };
  return { members, target, edge: await openEdge(env, members) };
}

/** A client that decides itself when it reads. */
async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.write(`GET /p1/r1?sessionId=s HTTP/1.1\r\n${HANDSHAKE}`);
  const [answer] = await once(socket, 'data');
  socket.pause();
  expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

/** Writes as fast as the other side lets it; tells how much was taken. */
function flood(socket: Duplex, done = () => {}) {
  const chunk = Buffer.alloc(64 * 1024);
  const sent = { bytes: 0 };
  const more = () => {
    while (sent.bytes < FLOOD && !socket.destroyed) {
      sent.bytes += chunk.length;
      if (!socket.write(chunk)) return;
    }
    socket.off('drain', more);
    done();
  };
  socket.on('drain', more).on('error', () => {});
  more();
  return sent;
}

async function settled(read: () => number): Promise<number> {
  let [last, since] = [-1, performance.now()];
  await vi.waitUntil(() => {
    if (read() !== last) [last, since] = [read(), performance.now()];
    return performance.now() - since > 500;
  }, GENEROUS);
  return last;
}

it('[Z10] an owner writes only as fast as its client reads, and the edge buffers little', async () => {
  const { target, edge } = await one();
  let sent = { bytes: 0 };
  target.onUpgrade((_request, socket) => {
    socket.write(ACCEPT);
    sent = flood(socket);
  });
  const before = process.memoryUsage().arrayBuffers;
  const client = await opened(edge.port);
  const stuck = await settled(() => sent.bytes);
  expect(stuck).toBeLessThan(FLOOD / 2);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  client.resume();
  await vi.waitUntil(() => sent.bytes >= FLOOD, GENEROUS);
});

it('[Z10] a client writes only as fast as its owner reads', async () => {
  const { target, edge } = await one();
  let owner: Duplex | undefined;
  target.onUpgrade((_request, socket) => {
    owner = socket.pause();
    socket.write(ACCEPT);
  });
  const client = await opened(edge.port);
  const sent = flood(client);
  expect(await settled(() => sent.bytes)).toBeLessThan(FLOOD / 2);
  owner?.resume();
  await vi.waitUntil(() => sent.bytes >= FLOOD, GENEROUS);
});

it('[Z10] a side that half-closes ends the other too, and so does one that resets', async () => {
  const { target, edge } = await one();
  const owners: Duplex[] = [];
  target.onUpgrade((_request, socket) => {
    owners.push(socket.on('error', () => {}));
    socket.write(ACCEPT);
  });
  const endings: ((client: Socket, owner: Socket) => void)[] = [
    (client) => client.end(),
    (client) => client.resetAndDestroy(),
    (_, owner) => owner.end(),
    (_, owner) => owner.resetAndDestroy(),
  ];
  for (const end of endings) {
    const client = await opened(edge.port);
    const owner = owners.at(-1) as Socket;
    expect(await edge.metric('parlor_edge_sockets')).toBe(1);
    end(client, owner);
    // Neither side answers the other's end by itself: the edge does not wait for that for ever.
    await vi.waitUntil(async () => (await edge.metric('parlor_edge_sockets')) === 0, GENEROUS);
    for (const socket of [client, owner]) {
      if (!socket.destroyed && !socket.readableEnded) await once(socket.resume(), 'end').catch(() => {});
    }
  }
});

it('[Z10] the last bytes of an owner that closes still arrive, however late they are read', async () => {
  const { target, edge } = await one();
  let sent = { bytes: 0 };
  target.onUpgrade((_request, socket) => {
    socket.write(ACCEPT);
    sent = flood(socket, () => socket.end('last'));
  });
  const client = await opened(edge.port);
  expect(await settled(() => sent.bytes)).toBeLessThan(FLOOD);
  let last = '';
  client.on('data', (chunk) => {
    last = chunk.subarray(-4).toString();
    // Slower than it is written, so that something is always on its way.
    client.pause();
    setImmediate(() => setImmediate(() => client.resume()));
  });
  await once(client.resume(), 'end');
  expect([sent.bytes, last]).toEqual([FLOOD, 'last']);
});

it('[Z10] two hundred sockets open and close in different ways, and none is left anywhere', async () => {
  const { target, edge, members } = await one();
  members.put('r2', { at: 'moving' });
  const clients = Array.from({ length: 200 }, (_, n) => edge.dial(n % 10 === 9 ? 'r2' : 'r1'));
  const open = clients.filter((_, n) => n % 10 !== 9);
  await Promise.all(open.map(({ first }) => first));
  await vi.waitUntil(async () => (await edge.metric('parlor_edge_held')) === 20, GENEROUS);
  expect(await edge.metric('parlor_edge_sockets')).toBe(180);
  for (const [n, { socket }] of clients.entries()) {
    if (n % 3 === 0) socket.terminate();
    else if (n % 3 === 1) socket.close();
  }
  for (const [n, socket] of [...target.clients].entries()) if (n % 2 === 0) socket.terminate();
  for (const socket of target.clients) socket.close(4010);
  for (const { socket } of clients) if (socket.readyState === socket.CONNECTING) socket.terminate();
  await vi.waitUntil(
    async () => (await edge.metric('parlor_edge_sockets')) + (await edge.metric('parlor_edge_held')) === 0,
    GENEROUS,
  );
  await vi.waitUntil(() => target.clients.size === 0, GENEROUS);
  await vi.waitUntil(() => [...target.open].length === 0, GENEROUS);
  await edge.close();
});
