import type { MembershipView } from '#rooms/host/membership-view.ts';
import type { Membership } from '#server/cluster/members.ts';
import { hosts } from '#server/cluster/rendezvous.ts';

/** Rooms belong to who claimed them last, for as long as that one lives. */
export function membershipViewOf(members: Membership): MembershipView {
  return {
    get steady() {
      return members.steady;
    },
    claimable({ owner }) {
      const { self } = members;
      if (!hosts(self)) return 'moved';
      const member = members.memberOf(owner);
      if (member) return member.draining ? 'room-restoring' : 'moved';
      return members.mayClaim ? 'yes' : 'room-restoring';
    },
    runs: (owner) => owner !== members.self.id && members.memberOf(owner) !== undefined,
    adopts({ room, owner }) {
      const { id } = members.self;
      if (owner === id) return true;
      return members.mayClaim && members.memberOf(owner) === undefined && members.chooseSuccessor(room)?.id === id;
    },
    sameCode({ owner }) {
      const { code } = members.self;
      return code !== undefined && members.codeOf(owner) === code;
    },
    leave: (room) => members.leave(room),
  };
}
