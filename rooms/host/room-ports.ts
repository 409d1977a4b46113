import type { Directory } from '#rooms/host/directory.ts';
import type { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { MembershipView } from '#rooms/host/membership-view.ts';
import type { Ticker } from '#rooms/host/ticker.ts';
import type { Trace } from '#rooms/host/trace.ts';
import type { AnyMachine, Kind } from '#rooms/kernel/machine.ts';
import type {
  Authenticate,
  Authorize,
  JournalStore,
  Log,
  Meter,
  Outcomes,
  Seal,
  SessionLiveness,
  Steps,
} from '#rooms/ports.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** Everything a durable room is given; one for all rooms of a process. */
export type RoomPorts = {
  store: JournalStore;
  seal: Seal;
  /** This process, in claims and proofs of life. */
  owner: string;
  authenticate: Authenticate;
  authorize: Authorize;
  liveness: SessionLiveness;
  outcomes: Outcomes;
  /** What keeps a player without a seat in that match out of its talk; a passing code while nobody knows. */
  outsideMatch?(match: string, player: string): Promise<RefusalCode | undefined>;
  /** A player gave up their seat in this room. May be told again, and of an earlier seat. */
  seatGivenUp?(of: { room: string; kind: Kind }, player: string): void;
  /** Version of a machine's code: a log written by another is trusted only as far as it agrees. */
  version(machine: AnyMachine): string;
  /** See `HostClock`. */
  now(): number;
  activeTime(): number;
  /** The wall clock as it is, for tokens. */
  wall(): number;
  ticker: Ticker;
  steps: Steps;
  meter: Meter;
  log: Log;
  /** Absent unless single commands are to be followed. */
  trace?: Trace | undefined;
  limits: { messagesPerSecond: number; maxBuffered: number; idleMs: number };
};

/** What rooms ask, and tell, of other rooms, wherever those are. */
export type Questions = Pick<RoomPorts, 'outsideMatch' | 'seatGivenUp'> & {
  /** A room is over: ends what belongs to it, before the room's own end is written. Rejects to be asked again later. */
  ending?(room: string): Promise<void>;
};

/** What the rooms of one process are given beside that. */
export type DirectoryOptions = Omit<RoomPorts, keyof Questions> & {
  /** Where the rooms that are open here are listed. */
  rooms: HostedRooms;
  machines: readonly AnyMachine[];
  /** Rooms of the library's own, which are always here. */
  plain?: ReadonlySet<string>;
  /** Rooms that are always there: one that the journal does not know is opened anew when it is asked for. */
  permanent?: ReadonlyMap<string, AnyMachine>;
  /** The other processes; there are none unless said otherwise. */
  membership?: MembershipView;
  /** How they are answered; `here` does so for the rooms of this process. */
  questions?(here: Directory): Questions;
};
