/** Who there is and where rooms are, in memory: what the registry says, as tests want it said. */
import type { Member, Members, RoomLocation } from '#server/cluster/ports.ts';

export type MemoryMembers = Members & {
  add(member: Pick<Member, 'id' | 'address'> & Partial<Member>): Member;
  remove(id: string): void;
  put(room: string, place: RoomLocation): void;
  /** Writes the claim down, and tells everyone of it. */
  claim(room: string, owner: string): void;
  /** Tells of a claim that may be none, or an old one. */
  tell(room: string, owner: string, epoch: number): void;
  /** Nothing can be asked until it is back. */
  away: boolean;
  readonly listeners: number;
};

export function memoryMembers(): MemoryMembers {
  const here = new Map<string, Member>();
  const places = new Map<string, RoomLocation>();
  const listeners = new Set<Parameters<Members['onClaim']>[0]>();
  const load = { rooms: 0, clients: 0, lagMs: 0 };
  let epochs = 0;
  let away = false;
  const asked = <T>(answer: T): Promise<T> => (away ? Promise.reject(new Error('away')) : Promise.resolve(answer));
  const tell = (room: string, owner: string, epoch: number) => {
    for (const listener of listeners) listener(room, owner, epoch);
  };
  return {
    self: { id: 'edge', role: 'edge', address: '127.0.0.1:1', draining: false, load },
    get away() {
      return away;
    },
    set away(value) {
      away = value;
    },
    get listeners() {
      return listeners.size;
    },
    alive: () => asked([...here.values()]),
    locationOf: (room) => asked(places.get(room) ?? { at: 'nowhere' }),
    successorOf: () => asked([...here.values()].find(({ role, draining }) => role !== 'api' && !draining)),
    onClaim(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(member) {
      const added: Member = { role: 'all', draining: false, load, ...member };
      here.set(added.id, added);
      return added;
    },
    remove: (id) => void here.delete(id),
    put: (room, place) => void places.set(room, place),
    claim(room, owner) {
      const member = here.get(owner);
      if (!member) throw new Error(`nobody is called ${owner}`);
      places.set(room, { at: 'member', member, epoch: ++epochs });
      tell(room, owner, epochs);
    },
    tell,
  };
}
