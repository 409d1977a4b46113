/** What can be asked of a channel, whoever asks. */
import type { z } from 'zod';
import type { mutePayload, postPayload, redactPayload, unmutePayload } from '#schema/chat.ts';
import type { Reply } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** One message as its room shows it to this player; `id` is its place in the room's log, times are wall ms. */
export type Said = { id: number; author: string; text: string; sentAt: number; expiresAt: number };

export type Post = {
  player: string;
  roles: readonly string[];
  payload: z.infer<typeof postPayload>;
  idempotencyKey?: string;
  /** The request that it came by. */
  correlationId?: string;
};

export type Channels = {
  /** The command `post`, as if it came through a socket; the same key again is answered as the first time. */
  post(channel: string, post: Post): Promise<Reply>;
  /** What this player may read there, oldest first, and the place in the log that this is of. */
  read(channel: string, reader: Sender): Promise<Shown | { refused: RefusalCode }>;
  /** The commands `redact`, `mute` and `unmute`: the room knows whose message it is and who moderates. */
  act(channel: string, act: Act): Promise<Reply>;
};

type Sender = { player: string; roles: readonly string[]; correlationId?: string };
/** `mutes`: until when (wall ms) which player may not post. */
export type Shown = { seq: number; messages: Said[]; mutes: Record<string, number> };
export type Act = Sender &
  (
    | { type: 'redact'; payload: z.infer<typeof redactPayload> }
    | { type: 'mute'; payload: z.infer<typeof mutePayload> }
    | { type: 'unmute'; payload: z.infer<typeof unmutePayload> }
  );
