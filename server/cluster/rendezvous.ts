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

/** The one that has least to do: clients weigh more than rooms, and a late event loop most of all. */
export function idlest(members: readonly Member[]): Member | undefined {
  const burden = ({ load }: Member) => load.rooms + 4 * load.clients + 20 * Math.max(0, load.lagMs - 10);
  return members.toSorted((a, b) => burden(a) - burden(b) || (a.id < b.id ? -1 : 1))[0];
}
