/** Every connection of a listener, upgraded ones too, which the library's `closeAllConnections` leaves open. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections that have become idle are looked for. */
const IDLE_MS = 50;

export type Connections = {
  /** Accepts none any more; what is open has `graceMs` to end by itself and is cut then. Resolves when none is left. */
  close(graceMs: number): Promise<void>;
};

/** Call before it listens. */
export function holdConnections(server: Server): Connections {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    async close(graceMs) {
      const closed = new Promise((resolve) => server.close(resolve));
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS);
      const late = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}
