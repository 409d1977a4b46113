/** Rendezvous hashing: all processes with the same membership compute the same assignment. */
import { hash } from 'node:crypto';
import type { Member } from '#server/cluster/ports.ts';

/** Accepts rooms: has the right role, and is not draining. */
export function hosts({ role, draining }: Member): boolean {
  return !draining && (role === 'all' || role === 'rooms');
}

/** The member with the highest weight for this key: when a member leaves, only its own keys move. */
export function highest(key: string, members: readonly Member[]): Member | undefined {
  let best: Member | undefined;
  let weight = '';
  for (const member of members) {
    const own = hash('sha1', `${key}\n${member.id}`);
    if (own > weight) [best, weight] = [member, own];
  }
  return best;
}

/**
 * The less loaded of two random members: loads are known with a delay, and choosing the idlest of all would send every
 * new room to the same member. Clients weigh more than rooms, and a late event loop most.
 */
export function idler(members: readonly Member[], random = Math.random): Member | undefined {
  const burden = ({ load }: Member) => load.rooms + 4 * load.clients + 20 * Math.max(0, load.lagMs - 10);
  const left = [...members];
  const draw = () => left.splice(Math.floor(random() * left.length), 1)[0];
  const [first, second] = [draw(), draw()];
  return first && second && burden(second) < burden(first) ? second : first;
}
