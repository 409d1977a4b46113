/** Replays the logs of live rooms with this code, before it takes any of them over. Reads only, claims nothing. */
import { type Rehearsed, type RehearsePorts, rehearse } from '#rooms/host/rehearse.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore, Log, RoomRecord } from '#rooms/ports.ts';

export type ShadowPorts = RehearsePorts & {
  store: Pick<JournalStore, 'list' | 'read'>;
  machines: readonly AnyMachine[];
};

export type ShadowOptions = {
  /** Rooms whose log is of this very version are not replayed. */
  trusting?: boolean;
  /** Rooms that were not reached after this long are left out, ms. */
  withinMs?: number;
  /** Told now and then how far it is. */
  progress?(done: number, of: number): void;
};

/** `seq`: the first place at which log and code disagree; absent when the room cannot be replayed at all. */
export type Diverging = { room: string; machine: string; seq?: number; reason: string };

export type Shadowed = {
  rooms: number;
  /** Agree up to their last hash; what came after it was written by other code. A drain ends in a snapshot, and they go on. */
  unproven: number;
  diverging: Diverging[];
  /** Rooms for which there was no time. */
  unchecked: number;
};

/** Rooms that were quarantined are left out: nobody would take them over. */
export async function shadow(ports: ShadowPorts, options: ShadowOptions = {}): Promise<Shadowed> {
  const { trusting = false, withinMs = Number.POSITIVE_INFINITY, progress } = options;
  const until = performance.now() + withinMs;
  const found: Shadowed = { rooms: 0, unproven: 0, diverging: [], unchecked: 0 };
  const records = (await ports.store.list()).filter(({ quarantined }) => quarantined === undefined);
  for (const [done, record] of records.entries()) {
    if (performance.now() >= until) {
      found.unchecked = records.length - done;
      break;
    }
    progress?.(done, records.length);
    const tried = await tryRoom(ports, record, trusting);
    if (tried.verdict === 'gone') continue;
    found.rooms++;
    if (tried.verdict === 'unproven') found.unproven++;
    if (tried.verdict === 'diverges') {
      const { verdict: _, ...how } = tried;
      found.diverging.push({ room: record.room, machine: record.machine, ...how });
    }
  }
  progress?.(records.length - found.unchecked, records.length);
  return found;
}

async function tryRoom(ports: ShadowPorts, record: RoomRecord, trusting: boolean): Promise<Rehearsed> {
  const machine = ports.machines.find(({ name }) => name === record.machine);
  if (!machine) return { verdict: 'diverges', reason: 'this code has no such machine' };
  return rehearse(ports, machine, record, { trusting });
}

/** A new process looks this long at what it may be asked to take over; what it does not reach is looked at then. */
const AHEAD_MS = 3_000;
const MOST_NAMED = 20;

/** Before a process takes any room: says with which of them its code would not go on. Never rejects. */
export async function lookAhead({ log, ...ports }: ShadowPorts & { log: Log }): Promise<Shadowed> {
  const began = performance.now();
  const found = await shadow(ports, { trusting: true, withinMs: AHEAD_MS }).catch((error: Error): Shadowed => {
    log.warn({ reason: error.message }, 'replay check of live rooms failed');
    return { rooms: 0, unproven: 0, diverging: [], unchecked: 0 };
  });
  const { rooms, unproven, unchecked, diverging } = found;
  const ms = Math.round(performance.now() - began);
  if (rooms + unchecked > 0)
    log[diverging.length > 0 ? 'warn' : 'info']({ unproven, unchecked, ms }, `shadow: ${sentence(found)}`);
  for (const one of diverging.slice(0, MOST_NAMED)) log.warn(one, 'this code would not continue a room');
  return found;
}

/** What a person reads: `3 of 1,204 rooms would diverge, the first at seq 812`. */
export function sentence({ rooms, diverging }: Pick<Shadowed, 'rooms' | 'diverging'>): string {
  if (diverging.length === 0) return `${counted(rooms)} replayed, none would diverge`;
  const first = Math.min(...diverging.map(({ seq }) => seq ?? 0));
  const n = diverging.length.toLocaleString('en');
  return `${n} of ${counted(rooms)} would diverge, the first at seq ${first}`;
}

const counted = (rooms: number) => `${rooms.toLocaleString('en')} ${rooms === 1 ? 'room' : 'rooms'}`;
