/** Who gets what, without asking anybody: everyone who knows the same members comes to the same answer. */
import { hash } from 'node:crypto';
import type { Member } from '#server/cluster/ports.ts';

/** Takes rooms: of the right role, and not about to stop. */
export function hosts({ role, draining }: Member): boolean {
  return !draining && (role === 'all' || role === 'rooms');
}

/** The member with the highest weight for this key: when one goes, only what it had moves. */
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
 * Of two at random the one that has less to do: what is known of their loads is a moment old, and everybody who
 * took the idlest of all would take the same. Clients weigh more than rooms, and a late event loop most of all.
 */
export function idler(members: readonly Member[], random = Math.random): Member | undefined {
  const burden = ({ load }: Member) => load.rooms + 4 * load.clients + 20 * Math.max(0, load.lagMs - 10);
  const left = [...members];
  const draw = () => left.splice(Math.floor(random() * left.length), 1)[0];
  const [first, second] = [draw(), draw()];
  return first && second && burden(second) < burden(first) ? second : first;
}
