/** A door in front of something on this machine, that can be shut: whoever calls then finds a closed port. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export type Gate = { url: string; open(): Promise<void>; shut(): Promise<void> };

/** Shut at first. */
export function createGate(target: string, port: number): Gate {
  const { hostname, port: behind } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    async open() {
      server = createServer((near) => {
        const far = connect(Number(behind), hostname === 'localhost' ? '127.0.0.1' : hostname);
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(one);
          one.on('error', () => other.destroy());
          one.on('close', () => sockets.delete(one));
          one.pipe(other);
        }
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async shut() {
      if (!server) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      server = undefined;
    },
  };
}
