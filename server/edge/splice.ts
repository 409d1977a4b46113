/** Two sockets made one: bytes pass as they come, as fast as the slower side takes them, and both end together. */
import type { Socket } from 'node:net';

/** For the last bytes of one side to reach the other, and for a side that only half closed. */
const LINGER_MS = 2_000;
/** Tells of a peer whose machine vanished without a word. */
const KEEP_ALIVE_MS = 15_000;

export type Splice = {
  /** Ends both at once. Their ends are told by `closed`. */
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
