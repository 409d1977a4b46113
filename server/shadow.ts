/** Replays the logs of live rooms with this code, before it takes any of them over. Reads only, claims nothing. */
import { historyOf } from '#rooms/host/journal.ts';
import { MachineFault } from '#rooms/kernel/fault.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Divergence, retrace, Unproven } from '#rooms/kernel/replay.ts';
import type { JournalStore, RoomRecord, Seal } from '#rooms/ports.ts';

export type ShadowPorts = {
  store: Pick<JournalStore, 'list' | 'read'>;
  seal: Seal;
  machines: readonly AnyMachine[];
  version(machine: AnyMachine): string;
};

/** `seq`: the first place at which log and code disagree; absent when the room cannot be replayed at all. */
export type Diverging = { room: string; machine: string; seq?: number; reason: string };

export type Shadowed = {
  rooms: number;
  /** Agree up to their last hash; what came after it was written by other code. A drain ends in a snapshot, and they go on. */
  unproven: number;
  diverging: Diverging[];
};

/** Rooms that were set aside are left out: nobody would take them over. */
export async function shadow(ports: ShadowPorts): Promise<Shadowed> {
  const found: Shadowed = { rooms: 0, unproven: 0, diverging: [] };
  for (const record of await ports.store.list()) {
    if (record.aside !== undefined) continue;
    const verdict = await tryRoom(ports, record);
    if (verdict === 'gone') continue;
    found.rooms++;
    if (verdict === 'unproven') found.unproven++;
    else if (verdict !== 'agrees') found.diverging.push(verdict);
  }
  return found;
}

async function tryRoom(
  { store, seal, machines, version }: ShadowPorts,
  { room, journal, machine: name }: RoomRecord,
): Promise<'agrees' | 'unproven' | 'gone' | Diverging> {
  const machine = machines.find((one) => one.name === name);
  if (!machine) return { room, machine: name, reason: 'this code has no such machine' };
  const kept = await store.read(room, journal);
  if (!kept) return 'gone'; // it ended since it was listed
  try {
    retrace(machine, historyOf(seal, { room, journal }, kept), version(machine));
    return 'agrees';
  } catch (error) {
    if (error instanceof Unproven) return 'unproven';
    const at = error instanceof Divergence || error instanceof MachineFault ? { seq: error.seq } : {};
    return { room, machine: name, ...at, reason: (error as Error).message };
  }
}

/** What a person reads: `3 of 1,204 rooms would diverge, the first at seq 812`. */
export function sentence({ rooms, diverging }: Shadowed): string {
  if (diverging.length === 0) return `${counted(rooms)} replayed, none would diverge`;
  const first = Math.min(...diverging.map(({ seq }) => seq ?? 0));
  const n = diverging.length.toLocaleString('en');
  return `${n} of ${counted(rooms)} would diverge, the first at seq ${first}`;
}

const counted = (rooms: number) => `${rooms.toLocaleString('en')} ${rooms === 1 ? 'room' : 'rooms'}`;
