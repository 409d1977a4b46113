/** Splices two sockets: bytes pass unchanged, with backpressure in both directions, and both sockets end together. */
import type { Socket } from 'node:net';

/** Time for the last bytes of one side to reach the other, and for a half-closed side. */
const LINGER_MS = 2_000;
/** TCP keep-alive, which detects a peer whose machine vanished. */
const KEEP_ALIVE_MS = 15_000;

export type Splice = {
  /** Ends both sockets at once; `closed` reports it. */
  cut(): void;
  readonly closed: Promise<void>;
};

/** Of two sockets that have not closed yet. `head`: what the owner had sent already. */
export function splice(client: Socket, owner: Socket, head: Buffer): Splice {
  const both = [client, owner];
  let open = both.length;
  let linger: NodeJS.Timeout | undefined;
  const cut = () => {
    for (const socket of both) socket.destroy();
  };
  const ending = () => {
    linger ??= setTimeout(cut, LINGER_MS);
  };
  const closed = new Promise<void>((resolve) => {
    for (const [socket, other] of [both, both.toReversed()] as [Socket, Socket][]) {
      socket.setNoDelay(true);
      socket.setTimeout(0);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      // Resets are how half of all sockets end; `close` says the rest.
      socket.on('error', () => {});
      socket.once('end', ending);
      socket.once('close', () => {
        if (--open === 0) {
          clearTimeout(linger);
          return resolve();
        }
        ending();
        other.destroySoon();
      });
    }
  });
  if (head.length > 0) owner.unshift(head);
  owner.pipe(client);
  client.pipe(owner);
  return { cut, closed };
}
