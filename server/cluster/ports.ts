/** What a process knows of the others, and of where rooms live. On Redis: `server/cluster/members.ts`. */

export type Role = 'all' | 'rooms' | 'edge' | 'api';

/** A process, as its last lease renewal told of it. */
export type Member = {
  /** The owner in claims, and Colyseus's process id; minted at each start. */
  id: string;
  role: Role;
  /** `host:port` inside the cluster, for sockets and requests. From its own configuration, never from a client. */
  address: string;
  /** It hands its rooms over, and takes none. */
  draining: boolean;
  /** It came, or came back, less than a lease ago: it may not claim what the dead had, and others are asked first. */
  fresh?: boolean;
  /** Stands for the rules that it runs: of two that say the same, one goes on with any room as the other would. */
  code?: string;
  /** Rooms with whose logs its code does not go on: others are asked first. */
  leaves?: readonly string[];
  load: { rooms: number; clients: number; lagMs: number };
};

/**
 * Where a room is. `moving`: its owner hands it over, or is gone and nobody may take it yet; somebody will have
 * it soon. `asleep`: nobody has it, and `successorOf` will open it for whoever comes. `everywhere`: each process
 * has one of its own, such as the lobby, and a client's is the one whose id its seat names (`processId`, the
 * first part of the socket's path).
 */
export type RoomLocation =
  | { at: 'member'; member: Member; epoch: number }
  | { at: 'everywhere' }
  | { at: 'moving' }
  | { at: 'asleep' }
  | { at: 'over' }
  | { at: 'nowhere' };

export type Members = {
  readonly self: Member;
  /** Everyone whose lease has not lapsed. */
  alive(): Promise<readonly Member[]>;
  locationOf(room: string): Promise<RoomLocation>;
  /** Who of those alive should open a room that nobody has; the same answer everywhere. */
  successorOf(room: string): Promise<Member | undefined>;
  /** Told of each claim that any process makes. Returns how to stop listening. */
  onClaim(listener: (room: string, owner: string, epoch: number) => void): () => void;
};
