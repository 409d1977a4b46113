import type { DurableRoom } from '#rooms/DurableRoom.ts';
import type { Opening } from '#rooms/host/opening.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';

/** What the directory of rooms is told. */
export type Hosting = {
  ports: RoomPorts;
  /** The replica that was prepared for this room id. */
  opening(room: string): Opening;
  opened(room: DurableRoom): void;
  /** The room changed in a way that listings show. */
  changed(room: DurableRoom): void;
  /** With a `fault`, the room is quarantined for it. */
  unload(room: DurableRoom, why: Ending, fault?: string): void;
  /** This process may show things and go on: what it knows of its rooms is true. */
  mayRun(): boolean;
};

/** Nobody is here; the replica is void and its log goes on here; another owner has the room; or no time is left to settle it. */
export type Ending = 'idle' | 'failed' | 'fenced' | 'late';
