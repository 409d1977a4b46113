/** What a close, a refusal or an error of the library's means for a connection. Pure. */
import type { Status } from '#client/net/connection.ts';
import { isAboutToken } from '#client/net/tokens.ts';
import { CLOSE } from '#schema/protocol.ts';
import { isPassing, isRefusalCode, type RefusalCode } from '#schema/refusals.ts';

export type Ending = { status: Status; code?: RefusalCode };

/** The provider gives no token any more. */
export const SIGNED_OUT: Ending = { status: 'signed-out', code: 'session-ended' };

const FINAL: Record<number, Ending> = {
  [CLOSE.consented]: { status: 'ended' },
  [CLOSE.displaced]: { status: 'displaced' },
  [CLOSE.sessionEnded]: SIGNED_OUT,
  [CLOSE.endedByAdministrator]: { status: 'signed-out', code: 'ended-by-administrator' },
  [CLOSE.roomEnded]: { status: 'ended', code: 'room-ended' },
};

/**
 * `refused` is the last thing that the room refused on this socket. Undefined when one may come in by the front
 * door, where any refusal is told again: the old seat is not held any more, its token was not known, or the room
 * cut the socket.
 */
export function endingOf(close: number, refused: RefusalCode | undefined): Ending | undefined {
  const final = FINAL[close];
  if (final) return final;
  return refused === 'session-ended' ? refusalEnds(refused) : undefined;
}

/** Undefined for a refusal after which one tries again. */
export function refusalEnds(code: RefusalCode): Ending | undefined {
  if (isPassing(code)) return undefined;
  if (isAboutToken(code)) return { status: 'signed-out', code };
  if (code === 'displaced') return { status: 'displaced', code };
  return { status: code === 'room-ended' || code === 'no-such-room' ? 'ended' : 'refused', code };
}

/** The refusal in an error of the library's: it hands on our code as the message. */
export function refusalIn(error: unknown): RefusalCode | undefined {
  const { message } = error as Error;
  return isRefusalCode(message) ? message : undefined;
}
