/**
 * Reconnection tokens: which connection of which seat of which journal, and a MAC over that. They do not rotate: one
 * that did would be lost with the process that had just written it. Any process with the key tells a token that was
 * issued from one that was made up without asking a store, so before it wakes the room for it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Held = { room: string; journal: string; connectionId: string; generation: number };

const TOKEN = /^([0-9a-f]{1,64})\.(\d{1,12})\.([\w-]{43})$/;

export function reconnectionToken(secret: Uint8Array, { room, journal, connectionId, generation }: Held): string {
  const named = JSON.stringify([room, journal, connectionId, generation]);
  return `${journal}.${generation}.${createHmac('sha256', secret).update(named).digest('base64url')}`;
}

/** Was `token` issued for this room and connectionId? The seat may be someone else's by now. */
export function wasIssued(secret: Uint8Array, room: string, connectionId: string, token: string): boolean {
  const [, journal, generation] = TOKEN.exec(token) ?? [];
  if (journal === undefined) return false;
  return isSame(token, reconnectionToken(secret, { room, journal, connectionId, generation: Number(generation) }));
}

export function isSame(a: string, b: string): boolean {
  const [own, given] = [Buffer.from(a), Buffer.from(b)];
  return own.length === given.length && timingSafeEqual(own, given);
}
