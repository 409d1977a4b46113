/**
 * A worker thread with one TCP relay per process of a cluster, so that each can be cut off from Redis by itself.
 * `cut`: connections break, and new ones are refused. `mute`: they stay, and nothing comes through.
 */
import { connect, createServer, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';

export type Asked = { relay: number; port?: number; state: 'open' | 'cut' | 'mute' | 'closed' };
export type Told = { relay: number; port: number };

type Relay = { state: Asked['state']; sockets: Set<Socket>; close(): void };

const relays = new Map<number, Relay>();

function open(id: number, target: number): void {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (relay.state === 'cut') return near.destroy();
    const far = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('data', (bytes) => other.write(bytes));
      if (relay.state === 'mute') socket.pause();
    }
  });
  const relay: Relay = { state: 'open', sockets, close: () => server.close() };
  relays.set(id, relay);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address && typeof address === 'object') parentPort?.postMessage({ relay: id, port: address.port });
  });
}

parentPort?.on('message', ({ relay: id, port, state }: Asked) => {
  const relay = relays.get(id);
  if (!relay) return open(id, port ?? 0);
  relay.state = state;
  for (const socket of [...relay.sockets]) {
    if (state === 'mute') socket.pause();
    else if (state === 'open') socket.resume();
    else socket.destroy();
  }
  if (state === 'closed') relay.close();
});
