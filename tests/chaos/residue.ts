/** What must not be left behind: seats and listings of who is gone, deadlines that nobody kept, rooms that nobody finds. Pure. */
import type { Replica } from '#rooms/kernel/replica.ts';
import type { RoomRecord } from '#rooms/ports.ts';

/** How late a deadline may be kept: noticing a death, a restore, a heartbeat, on a busy machine. */
const LATE_MS = 4_000;

export type Listing = { roomId: string; processId: string };

export type Around = {
  /** Rooms that have not ended, as the journal has them. */
  records: readonly RoomRecord[];
  /** Colyseus's own listings. */
  listings: readonly Listing[];
  /** What the API lists. */
  listed: readonly string[];
  /** Who lives, as in claims. */
  living: ReadonlySet<string>;
  /** Rooms that clients are in. */
  used: ReadonlySet<string>;
};

/** Listings of rooms or processes that are not; a sentence each. */
export function ghostListings({ records, listings, living }: Around): string[] {
  const owners = new Map(records.map(({ room, owner }) => [room, owner]));
  return listings.flatMap(({ roomId, processId }) => {
    if (!living.has(processId)) return [`${roomId} is listed for ${processId}, which is dead`];
    const owner = owners.get(roomId);
    if (owner === undefined) return [`${roomId} is listed and has ended, or never was`];
    return owner === processId ? [] : [`${roomId} is listed for ${processId}, and ${owner} has it`];
  });
}

/** Rooms that clients are in and that a listing does not show. */
export function hiddenRooms({ records, listings, listed, used }: Around): string[] {
  const shown = new Set(listed);
  const known = new Set(listings.map(({ roomId }) => roomId));
  return records.flatMap(({ room }) => {
    if (!used.has(room)) return [];
    if (!shown.has(room)) return [`${room} is played in, and the API does not list it`];
    return known.has(room) ? [] : [`${room} is played in, and has no listing`];
  });
}

/**
 * Of one room as its log ends at `at` (wall ms), when `present` were in it: seats of who is gone, and what should
 * have happened by then.
 */
export function ghostsIn(replica: Replica, present: ReadonlySet<string>, at: number): string[] {
  const { seats, genesis } = replica;
  const ghosts = seats.connected().flatMap((seat) => {
    const player = seats.playerOf(seat);
    if (present.has(player)) return [];
    return [`${genesis.room}: the seat of ${player} counts as taken, and nobody is there`];
  });
  const due = replica.nextWake();
  if (due !== undefined && due < at - LATE_MS)
    ghosts.push(`${genesis.room}: what was due ${at - due} ms before the end had not happened`);
  return ghosts;
}
