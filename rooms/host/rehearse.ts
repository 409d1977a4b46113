/** Would this code go on with a room as its log says? Replays what a takeover would load; claims and writes nothing. */
import { historyOf } from '#rooms/host/journal.ts';
import type { MembershipView } from '#rooms/host/membership-view.ts';
import { readAll } from '#rooms/host/pages.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import { MachineFault } from '#rooms/kernel/fault.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Divergence, type History, retrace, Unproven } from '#rooms/kernel/replay.ts';
import type { JournalStore, RoomRecord, Seal } from '#rooms/ports.ts';

export type RehearsePorts = {
  store: Pick<JournalStore, 'read'>;
  seal: Seal;
  version(machine: AnyMachine): string;
};

/**
 * `unproven`: it agrees up to the last hash, and what came later was written by other code. `diverges`: `seq` is
 * the first place at which log and code disagree; absent when the room cannot be replayed at all.
 */
export type Rehearsed =
  | { verdict: 'agrees' }
  | { verdict: 'gone' }
  | { verdict: 'unproven'; seq?: number; reason: string }
  | { verdict: 'diverges'; seq?: number; reason: string };

/** With `trusting`, a log of this very version is taken for one that agrees. Rejects only when the store is away. */
export async function rehearse(
  { store, seal, version }: RehearsePorts,
  machine: AnyMachine,
  { room, journal }: Pick<RoomRecord, 'room' | 'journal'>,
  { trusting = false }: { trusting?: boolean } = {},
): Promise<Rehearsed> {
  const kept = await readAll(store, { room, journal }, 'snapshot');
  if (!kept) return { verdict: 'gone' }; // it ended since it was listed
  try {
    const history = historyOf(seal, { room, journal }, kept);
    if (!trusting || writersOf(history).some((one) => one !== version(machine))) {
      retrace(machine, history, version(machine));
    }
    return { verdict: 'agrees' };
  } catch (error) {
    const { message: reason } = error as Error;
    const at = error instanceof Divergence || error instanceof MachineFault ? { seq: error.seq } : {};
    return { verdict: error instanceof Unproven ? 'unproven' : 'diverges', ...at, reason };
  }
}

function writersOf({ genesis, snapshot, batches }: History): (string | undefined)[] {
  return [(snapshot ?? genesis)?.version, ...batches.flatMap(({ version }) => version ?? [])];
}

/** Whether a room is better off with somebody whose code goes on with it as its log says. */
export async function leftToOthers(
  ports: RehearsePorts & Pick<RoomPorts, 'owner' | 'log'>,
  membership: MembershipView,
  machine: AnyMachine,
  record: RoomRecord,
): Promise<boolean> {
  const { room, owner } = record;
  if (owner === ports.owner || record.acceptsUnproven || membership.sameCode(record)) return false;
  const found = await rehearse(ports, machine, record, { trusting: true });
  if (found.verdict === 'agrees' || found.verdict === 'gone' || !membership.leave(room)) return false;
  ports.log.warn({ room, ...found }, 'this code cannot continue a room; left to other processes');
  return true;
}
