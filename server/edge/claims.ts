/** Claims of rooms, dispatched to the followers of each room. One subscription for all of them. */
import type { Members } from '#server/cluster/ports.ts';

export type Claim = { owner: string; epoch: number };
type Listener = (claim: Claim) => void;

export type Claims = {
  /** Returns how to stop. */
  follow(room: string, listener: Listener): () => void;
  close(): void;
};

export function followClaims(members: Pick<Members, 'onClaim'>): Claims {
  const followers = new Map<string, Set<Listener>>();
  const close = members.onClaim((room, owner, epoch) => {
    for (const listener of [...(followers.get(room) ?? [])]) listener({ owner, epoch });
  });
  return {
    close,
    follow(room, listener) {
      const of = followers.get(room) ?? new Set();
      followers.set(room, of.add(listener));
      return () => {
        of.delete(listener);
        if (of.size === 0 && followers.get(room) === of) followers.delete(room);
      };
    },
  };
}
