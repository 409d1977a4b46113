/**
 * What can be asked of whoever has a room, and of whoever should have one. In one process that is this one;
 * among many, `server/cluster/owners.ts` finds out who, and what is given and answered crosses the wire as JSON.
 */
import type { Submission } from '#rooms/host/submission.ts';
import type { Reply } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { Running } from '#server/resources/matches.ts';
import type { Shown } from '#server/resources/messages.ts';

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
  /** Finds a table that waits, or opens one. */
  quick(given: TableOrder): Promise<Running | Refused>;
};

export type AllCalls = RoomCalls & HostCalls;

/** `C`: what can be asked. */
export type Ask<C = AllCalls> = {
  owner<N extends keyof C & keyof RoomCalls>(name: N, given: Parameters<RoomCalls[N]>[0]): ReturnType<RoomCalls[N]>;
  idlest<N extends keyof C & keyof HostCalls>(name: N, given: Parameters<HostCalls[N]>[0]): ReturnType<HostCalls[N]>;
  /** The same process for the same key, while the same processes live: what must not happen twice at once. */
  one<N extends keyof C & keyof HostCalls>(
    key: string,
    name: N,
    given: Parameters<HostCalls[N]>[0],
  ): ReturnType<HostCalls[N]>;
};

/**
 * Makes questions of what this process answers itself. A call that needs another one is given only those that it
 * needs, which are made before it.
 */
export type Asking = <C extends Partial<AllCalls>>(calls: C) => Ask<C>;

/** Of one process alone. */
export const askHere: Asking = (calls) => {
  // biome-ignore lint/suspicious/noExplicitAny: name and given belong together, as the type says
  const here = (name: keyof typeof calls, given: any): any => (calls[name] as (given: unknown) => unknown)(given);
  return { owner: here, idlest: here, one: (_, name, given) => here(name, given) };
};
