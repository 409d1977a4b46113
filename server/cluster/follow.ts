/** What the rooms of this process are told of the others: that its lease lapsed, that somebody came or went, or claimed a room. */
import type { Directory } from '#rooms/host/directory.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import type { FencedDriver } from '#server/cluster/driver.ts';
import type { Membership, MembershipEvent } from '#server/cluster/members.ts';
import type { Logger } from '#server/telemetry/log.ts';

const SWEEP_MS = 5_000;

export type Followed = { members: Membership; driver: FencedDriver; directory: Directory; log: Logger };

/** Until `stack` is closed. */
export function followMembers({ members, driver, directory, log }: Followed, stack: AsyncDisposableStack): void {
  const self = members.self.id;
  const sweep = () => {
    if (!members.mayClaim) return;
    driver.sweep(new Set(members.present().map(({ id }) => id))).catch(() => {}); // at the next one, then
  };

  function follow(event: MembershipEvent): void {
    if (event === 'lapsed') directory.pause();
    if (event === 'steady') directory.resume();
    if (event !== 'members')
      log.warn({ lease: event }, event === 'lapsed' ? 'lease expired; rooms paused' : 'lease renewed; rooms resumed');
    if (event === 'members' && members.mayClaim) {
      sweep();
      directory.adopt().catch((error: Error) => log.warn({ reason: error.message }, 'room adoption failed; retrying'));
    }
  }

  stack.defer(members.on(follow));
  const claimed = (room: string, owner: string, epoch: number) => {
    if (owner !== self) inBackground(log, 'lose', directory.lose(room, epoch));
  };
  stack.defer(members.onClaim(claimed));
  const sweeping = setInterval(sweep, SWEEP_MS);
  stack.defer(() => clearInterval(sweeping));
}
