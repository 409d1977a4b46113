import type { RoomRecord } from '#rooms/ports.ts';

/** What a directory has to know of the other processes that share its journal. */
export type MembershipView = {
  /** This process may show things and go on with its rooms: it holds its lease. */
  readonly steady: boolean;
  /** May this process take the room for somebody who asks for it? `moved`: its owner lives. `room-restoring`: not yet. */
  claimable(record: RoomRecord): 'yes' | 'moved' | 'room-restoring';
  /** The owner is another process, and is running: its rooms are not for this one. */
  runs(owner: string): boolean;
  /** Is it this process that should look after a room that nobody asks for? */
  adopts(room: Pick<RoomRecord, 'room' | 'owner'>): boolean;
  /** The process that wrote the room's log last is known to run the very code that this one runs. */
  sameCode(record: RoomRecord): boolean;
  /** Our code does not go on with this room as its log says: others are asked first. False when nobody else is left. */
  leave(room: string): boolean;
};

/** One process has everything. */
export const SINGLE_NODE: MembershipView = {
  steady: true,
  claimable: () => 'yes',
  runs: () => false,
  adopts: () => true,
  sameCode: () => true,
  leave: () => false,
};
