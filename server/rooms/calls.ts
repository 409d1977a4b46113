/** What processes ask of one another about rooms: of whoever has a room, or of one that has rooms at all. */
import type { Submission } from '#rooms/host/submission.ts';
import type { Reply } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { AskOf } from '#server/cluster/ask.ts';
import type { Running } from '#server/rooms/summaries.ts';
import type { Shown } from '#server/rooms/talk.ts';

export type Refused = { refused: RefusalCode; field?: string };
/** Colyseus's seat: what a client dials with. */
export type Seat = { sessionId: string; roomId: string; processId: string };
export type TableOrder = { game: string; config: unknown; player: string };

/** A refusal of `moved` or `room-restoring` says that it is not this process that has the room, now. */
export type RoomCalls = {
  join(given: JoinOrder): Promise<{ seat: Seat } | Refused>;
  submit(given: Submission & { room: string }): Promise<Reply>;
  /** What this player may read there. */
  read(given: { room: string; player: string }): Promise<Shown | Refused>;
  /** Whether the player has a seat there. */
  seated(given: { room: string; player: string }): Promise<{ seated: boolean } | Refused>;
  /** The player may not be there any more: ends their connection and their seat. */
  dismiss(given: { room: string; player: string }): Promise<Refused | null>;
  rematch(given: { room: string; player: string }): Promise<Running | Refused>;
  /** The match as it stands. */
  match(given: { room: string }): Promise<Running | Refused>;
  /** `keep` leaves the log as a replay. */
  end(given: { room: string; keep?: boolean }): Promise<Refused | null>;
  /** Makes sure that it runs. */
  wake(given: { room: string }): Promise<Refused | null>;
};

export type JoinOrder = { room: string; options: unknown; token: string; ip: string; userAgent: string };

/** Asked of whoever has least to do, or of the one that a key leads to. */
export type HostCalls = {
  /** Opens a new table with its talk. */
  table(given: TableOrder): Promise<Running | Refused>;
  /** Makes the room of a channel, unless it is there. */
  channel(given: { channel: string; ttlMs: number }): Promise<Refused | null>;
  /** Finds a table that waits, or opens one. */
  quick(given: TableOrder): Promise<Running | Refused>;
};

export type AllCalls = RoomCalls & HostCalls;

export type Ask<C = AllCalls> = AskOf<C>;
