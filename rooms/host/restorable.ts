/** Whether this process may have a room as its record says: with the machine for it, or why not. */
import type { Neighbours } from '#rooms/host/neighbours.ts';
import { leftToOthers, type RehearsePorts } from '#rooms/host/rehearse.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { RoomRecord } from '#rooms/ports.ts';
import type { RefusalCode } from '#schema/refusals.ts';

type Ports = RehearsePorts & Pick<RoomPorts, 'owner' | 'log'> & { machines: readonly AnyMachine[] };

/** `from`: a process that gives the room up. */
export async function restorable(
  ports: Ports,
  neighbours: Neighbours,
  record: RoomRecord,
  from: string | undefined,
): Promise<AnyMachine | RefusalCode> {
  const { owner, ended, aside } = record;
  if (ended) return 'room-ended';
  if (aside) return 'room-aside';
  const machine = ports.machines.find(({ name }) => name === record.machine);
  if (!machine) return 'room-aside';
  const claimable = owner === ports.owner || owner === from ? 'yes' : neighbours.claimable(record);
  if (claimable !== 'yes') return claimable;
  return (await leftToOthers(ports, neighbours, machine, record)) ? 'room-restoring' : machine;
}
