/** Sockets that come back to their seat. */
import type { Directory } from '#rooms/host/directory.ts';
import { wasIssued } from '#rooms/host/reconnection.ts';
import { refuseUpgrade } from '#server/admission/upgrade.ts';

/**
 * Proof before work: only a token that some process of this installation issued wakes a room. A seat that was just
 * reserved is in a room that is here; any other socket is let in, to be closed for good by the library: browsers
 * cannot tell a refused upgrade from a lost network. A room that is being restored answers 503, and clients dial again.
 */
export function admitReturns(directory: Directory, secret: Uint8Array, followed: boolean) {
  return async (request: Request): Promise<Response | undefined> => {
    const { pathname, searchParams } = new URL(request.url);
    const room = pathname.split('/')[2] ?? '';
    const session = searchParams.get('sessionId') ?? '';
    const token = searchParams.get('reconnectionToken') ?? '';
    if (wasIssued(secret, room, session, token)) {
      const refused = await directory.wakeSoon(room);
      if (refused === 'room-restoring' || refused === 'moved' || refused === 'paused') return refuseUpgrade(refused);
      await directory.loaded(room)?.seatPresence.beforeReturn(session, token);
    } else if (directory.loaded(room)?.moving) return refuseUpgrade('moved');
    if (followed) directory.loaded(room)?.connections.announce(session, request.headers.get('x-request-id') ?? '');
    return undefined;
  };
}
