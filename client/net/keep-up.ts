import type { Room } from '@colyseus/sdk';
import { inBackground } from '#client/background.ts';
import { gaps, type ServerClock } from '#client/clock.ts';
import { isAboutToken, type Tokens } from '#client/net/tokens.ts';
import { REQUEST, type RefreshReply, type Refused } from '#schema/protocol.ts';

const LOOK_MS = 5_000;
const REFRESH_MS = 60_000;

/**
 * Shows the room a fresh token now and then, and hears its time: at once after this device slept or its clock was set.
 * `room` is the one that may be asked now. Returns how to stop.
 */
export function keepUp(room: () => Room | undefined, tokens: Tokens, clock: ServerClock): () => void {
  const gap = gaps();
  const timer = setInterval(() => {
    const due = gap() || clock.sinceHeard() >= REFRESH_MS;
    const open = room();
    if (due && open) inBackground(refresh(open, tokens, clock));
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** A token that cannot be had now signs nobody out; the room cuts what really lapsed. */
export async function refresh(room: Room, tokens: Tokens, clock: ServerClock, refused?: string): Promise<void> {
  const token = await tokens(refused).catch(() => undefined);
  if (token === undefined) return;
  const asked = clock.asked();
  const request: Promise<RefreshReply | Refused> = room.request(REQUEST.refresh, { token });
  const reply = await request.catch(() => undefined);
  if (reply?.ok) clock.heard(reply.now, asked);
  else if (isAboutToken(reply?.code) && refused === undefined) await refresh(room, tokens, clock, token);
}
