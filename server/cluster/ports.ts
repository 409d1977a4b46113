/** What a process knows of the others and of where rooms live, and what it tells them. On Redis: `members.ts`, `gossip.ts`, `revocation-bus.ts`. */

import type { BanReason } from '#schema/resources.ts';

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

/** What one process says of itself, such as its tables and guests; `value` is JSON. */
export type Note = { owner: string; key: string; value: unknown };

/** Nothing of it is durable. */
export type Gossip = {
  /** Undefined takes it down. What was said before by this process under the same key is replaced. */
  put(key: string, value: unknown): void;
  /** What the others say under keys that begin like this; those who died say nothing any more. */
  others(prefix: string): Note[];
  /** What one of the others says under this key. */
  otherOf(key: string): unknown;
  /** Calls back with those of the keys under which others may say something else now; answers how to stop that. */
  subscribe(prefix: string, changed: (keys: readonly string[]) => void): () => void;
};

/** `until` is wall ms. */
export type BanTerms = { until: number; reason: BanReason };
/** `until` is 0 when the ban was lifted. */
export type Banned = { banned: string } & BanTerms;

/** A session that ended; every session of a player that began before `at` (wall ms); a ban that began or was lifted. */
export type Ended = ({ session: string } & By) | ({ player: string; at: number } & By) | Banned;

/** When it was not its owner, as far as is known. */
type By = { by?: 'administrator' };

/** What every process has to hear at once. */
export type RevocationBus = {
  /** While false, something may be missed. */
  readonly heard: boolean;
  tell(ended: Ended): Promise<void>;
  /** `missed` is called when something may have been. */
  listen(listener: (ended: Ended) => void, missed: () => void): Promise<void>;
};
