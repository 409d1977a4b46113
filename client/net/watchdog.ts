import type { Room } from '@colyseus/sdk';
import { CLOSE } from '#schema/protocol.ts';

const EVERY_MS = 2_000;
/** Unanswered pings after which the socket counts as dead. */
const PATIENCE = 2;

/**
 * Notices a server that is silent: the library waits for TCP, which takes minutes. In a background tab timers
 * are slowed but answers are not, so a late timer alone proves nothing: only a ping that had its time does.
 */
export function watch(room: Room): () => void {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (!room.connection.isOpen) {
      unanswered = 0;
      return;
    }
    if (unanswered >= PATIENCE) {
      unanswered = 0;
      room.connection.close(CLOSE.retry, 'the server is silent');
      return;
    }
    unanswered++;
    room.ping(() => {
      unanswered = 0;
    });
  }, EVERY_MS);
  return () => clearInterval(timer);
}
