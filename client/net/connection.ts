import type { Lanes } from '#client/net/lanes.ts';
import type { Reply } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/**
 * How a connection to a durable room stands. `resumed` is `live` for a moment after a return;
 * the last four are final.
 */
export type Status =
  | 'connecting'
  | 'live'
  | 'reconnecting'
  | 'resumed'
  | 'displaced'
  | 'signed-out'
  | 'ended'
  | 'refused';

/** A command on its way. `waiting` names the passing refusal it is being retried after. */
export type Pending = { id: number; type: string; payload: unknown; waiting?: RefusalCode };

/** A seat in a durable room, as elements see it. `state` is one object, patched in place. */
export interface Connection<S> {
  readonly state: S;
  /** Name of the machine that the room runs; empty until the room has answered. */
  readonly machine: string;
  /** -1 for one who only watches. */
  readonly seat: number;
  /** Whose seat it is: a pseudonym. */
  readonly player: string;
  readonly status: Status;
  /** The room stands still while storage is away: nothing is taken, and `playTime` with it. */
  readonly paused: boolean;
  /** Why, once `status` is `refused`. */
  readonly refusal?: RefusalCode | undefined;
  readonly pending: readonly Pending[];
  /** Resolves with the final reply; passing refusals are retried inside and seen in `pending`. */
  submit(type: string, payload?: unknown): Promise<Reply>;
  /** What is sent beside commands: inputs for the next step, signals to the others. */
  readonly lanes: Pick<Lanes, 'input' | 'acked' | 'signal' | 'onSignal'>;
  /** The room's wall clock, ms. */
  serverNow(): number;
  /** The room's playing clock, ms: it stands still while the room has no owner. */
  playTime(): number;
  /** Calls back on any change: a patch, the status, `pending`. Returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Consented: gives the seat up. Otherwise the seat is held for a return. */
  leave(consented?: boolean): Promise<void>;
}

/** Joins a durable room by its id, and goes on trying until `unwanted`. Rejects only for reasons that are not refusals. */
export type OpenRoom = <S>(room: string, unwanted?: AbortSignal) => Promise<Connection<S>>;

export function isOver(status: Status): boolean {
  return status === 'displaced' || status === 'signed-out' || status === 'ended' || status === 'refused';
}

/** Commands may be sent and are expected to be answered soon. */
export function isUp(status: Status): boolean {
  return status === 'live' || status === 'resumed';
}
