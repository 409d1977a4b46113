/** Asks whoever has a room, wherever that is; and says that it moves only when it took too long. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Asking, AskOf, Calls } from '#server/cluster/ask.ts';
import type { Membership } from '#server/cluster/members.ts';
import { PeerAway, type Peers } from '#server/cluster/peers.ts';
import type { Member } from '#server/cluster/ports.ts';
import { highest, hosts, idler } from '#server/cluster/rendezvous.ts';

const PATIENCE_MS = 4_000;
const AGAIN_MS = { first: 15, most: 200 };

/** What one process of many asks of another. `take`: a room that `from` hands over; answers what kept it from that. */
export type PeerCalls = { take(given: { room: string; from: string }): Promise<string | null> };

export type OwnersOptions = {
  members: Membership;
  peers: Peers<Calls>;
};

// biome-ignore lint/suspicious/noExplicitAny: name and given belong together, as `Ask` says
type Any = any;

export function askOwners(options: OwnersOptions): Asking {
  return (calls) => asks(options, calls);
}

function asks<C extends Calls>({ members, peers }: OwnersOptions, calls: C): AskOf<C> {
  const { id } = members.self;
  const here = (name: string, given: Any): Promise<Any> => (calls as Record<string, Any>)[name](given);

  /** Undefined when nobody was reached, or it is not known what became of it. */
  async function there(member: Member | undefined, name: string, given: Any): Promise<Any> {
    if (!member) return undefined;
    if (member.id === id) return here(name, given);
    try {
      return await peers.call(member, name, given as never);
    } catch (error) {
      if (error instanceof PeerAway) return undefined;
      throw error;
    }
  }

  async function owner(name: string, given: { room: string }): Promise<Any> {
    const until = performance.now() + PATIENCE_MS;
    for (let wait = AGAIN_MS.first; performance.now() < until; wait = Math.min(2 * wait, AGAIN_MS.most)) {
      const answer = await there(await ownerOf(given.room), name, given);
      if (answer !== undefined && !hasMoved(answer)) return answer;
      await pause(wait);
    }
    return here(name, given);
  }

  /** Undefined while nobody has it and nobody may take it. */
  async function ownerOf(room: string): Promise<Member | undefined> {
    const location = await members.locationOf(room).catch(() => undefined);
    switch (location?.at) {
      case 'member':
        return location.member;
      case 'asleep':
        return members.chooseSuccessor(room);
      case 'everywhere':
      case 'over':
      case 'nowhere':
        return members.self; // which says so in the words of the call
      default:
        return undefined;
    }
  }

  /** Not repeated unless it is certain that nothing was done: the same match would be opened twice. */
  async function host(choose: (hosts: readonly Member[]) => Member | undefined, name: string, given: Any) {
    const member = choose(members.present().filter(hosts));
    if (!member || member.id === id) return here(name, given);
    try {
      return await peers.call(member, name, given as never);
    } catch (error) {
      if (!(error instanceof PeerAway)) throw error;
      return error.undone ? here(name, given) : { refused: 'in-doubt' };
    }
  }

  return {
    owner: (name, given) => owner(String(name), given) as Any,
    idlest: (name, given) => host((willing) => idler(willing), String(name), given) as Any,
    one: (key, name, given) => host((willing) => highest(key, willing), String(name), given) as Any,
  };
}

/** The one that was asked does not have the room, or not yet. */
function hasMoved(answer: Any): boolean {
  const code = answer?.refused ?? (answer?.ok === false ? answer.code : undefined);
  return code === 'moved' || code === 'room-restoring';
}
