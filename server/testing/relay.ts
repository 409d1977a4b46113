/** One address that leads to one server, and then to another, as it does when a cluster fails over. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Relay = {
  port: number;
  /** Connections that are open stay with the server that they have, unless `cut`. */
  lead(port: number, options?: { cut?: boolean }): void;
  close(): void;
};

export async function startRelay(to: number): Promise<Relay> {
  let port = to;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    open.add(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one
        .on('error', () => {})
        .on('close', () => {
          other.destroy();
          open.delete(near);
        });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    lead(next, options) {
      port = next;
      if (options?.cut) cut();
    },
    close() {
      server.close();
      cut();
    },
  };
}
