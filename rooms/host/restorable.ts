/** Whether this process may have a room as its record says: with the machine for it, or why not. */
import type { MembershipView } from '#rooms/host/membership-view.ts';
import { leftToOthers, type RehearsePorts } from '#rooms/host/rehearse.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { RoomRecord } from '#rooms/ports.ts';
import type { RefusalCode } from '#schema/refusals.ts';

type Ports = RehearsePorts & Pick<RoomPorts, 'owner' | 'log'> & { machines: readonly AnyMachine[] };

/** `from`: a process that gives the room up. */
export async function restorable(
  ports: Ports,
  membership: MembershipView,
  record: RoomRecord,
  from: string | undefined,
): Promise<AnyMachine | RefusalCode> {
  const { owner, ended, quarantined } = record;
  if (ended) return 'room-ended';
  if (quarantined) return 'room-quarantined';
  const machine = ports.machines.find(({ name }) => name === record.machine);
  if (!machine) return 'room-quarantined';
  const claimable = owner === ports.owner || owner === from ? 'yes' : membership.claimable(record);
  if (claimable !== 'yes') return claimable;
  return (await leftToOthers(ports, membership, machine, record)) ? 'room-restoring' : machine;
}
