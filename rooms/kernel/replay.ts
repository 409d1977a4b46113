/**
 * A log played back. The verdicts and hashes that it carries are held against what comes out, so that
 * other code than the writer's is trusted only as far as it agrees.
 */

import { MachineFault } from '#rooms/kernel/fault.ts';
import { defaultsOf } from '#rooms/kernel/fields.ts';
import type { Batch, Genesis, LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import type { Snapshot } from '#rooms/kernel/snapshot.ts';
import type { Defaults } from '#rooms/kernel/tree.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** The log and this code disagree; the room must not go on. */
export class Divergence extends Error {
  override readonly name = 'Divergence';
  readonly seq: number;
  constructor(seq: number, what: string) {
    super(`at seq ${seq}: ${what}`);
    this.seq = seq;
  }
}

/** No disagreement: but nothing proves that other code than the writer's goes on as that would have. */
export class Unproven extends Divergence {}

/** What its owner settled after batch `n`: tells whether a replica's `proof` is the same. */
export type Mark = { n: number; proves(proof: string): boolean };
export type History = { genesis?: Genesis; snapshot?: Snapshot; batches: readonly Batch[]; mark?: Mark };
export type Replayed = {
  replica: Replica;
  /** Version of the code that wrote the end of it. */
  writer: string;
  /** Seqs whose command must be skipped and for which no `skip` is in the log yet. */
  faulted: { seq: number; command: LogCommand }[];
};

/**
 * Rebuilds a room. A command that faults the machine is left out and reported; a faulting tick, join or
 * wake cannot be left out and is thrown on.
 * @throws Divergence, or MachineFault for what cannot be skipped.
 */
export function replay(machine: AnyMachine, history: History, version: string, acceptUnproven = false): Replayed {
  const known = skippedIn(history);
  const skips = new Set(known);
  const faulted: Replayed['faulted'] = [];
  for (;;) {
    try {
      const { replica, writer } = retrace(machine, history, version, skips, acceptUnproven);
      return { replica, writer, faulted: faulted.filter(({ seq }) => !known.has(seq)) };
    } catch (error) {
      if (!(error instanceof MachineFault) || error.command.k !== 'do' || skips.has(error.seq)) throw error;
      skips.add(error.seq);
      faulted.push({ seq: error.seq, command: error.command });
    }
  }
}

/** Rebuilds a room, and leaves out nothing but what the log says. @throws Divergence, MachineFault. */
export function retrace(
  machine: AnyMachine,
  history: History,
  version: string,
  skips: ReadonlySet<number> = skippedIn(history),
  acceptUnproven = false,
): Pick<Replayed, 'replica' | 'writer'> {
  const replica = begin(machine, history);
  const defaults = defaultsOf(machine.State);
  sameDefaults(replica.seq, (history.snapshot ?? history.genesis)?.defaults, defaults);
  let writer = history.snapshot?.version ?? history.genesis?.version ?? version;
  let unproven = writer !== version && history.batches.length > 0 ? replica.seq + 1 : 0;
  for (const batch of history.batches) {
    sameVerdicts(batch.verdicts ?? [], replica.verdicts);
    sameDefaults(replica.seq, batch.defaults, defaults);
    if (batch.hash !== undefined) {
      if (batch.hash !== replica.hash()) throw new Divergence(replica.seq, 'the state is another than the log says');
      unproven = 0;
    }
    writer = batch.version ?? writer;
    if (writer !== version && unproven === 0) unproven = replica.seq + 1;
    replica.apply(batch, skips);
    if (history.mark?.n !== replica.batch) continue;
    if (!history.mark.proves(replica.proof()))
      throw new Divergence(replica.seq, 'the room is another than was settled');
    unproven = 0;
  }
  if (unproven > 0 && writer !== version && !acceptUnproven) {
    throw new Unproven(unproven, 'written by another version, and no hash proves that this one agrees');
  }
  replica.encoder.discardChanges();
  return { replica, writer };
}

function skippedIn({ batches }: History): ReadonlySet<number> {
  return new Set(batches.flatMap(({ commands }) => commands.flatMap((one) => (one.k === 'skip' ? [one.seq] : []))));
}

function begin(machine: AnyMachine, { snapshot, genesis }: History): Replica {
  if (snapshot) return Replica.restore(machine, snapshot);
  if (genesis) return Replica.genesis(machine, genesis);
  throw new Divergence(0, 'there is neither a genesis nor a snapshot');
}

/** A field that the log leaves out has its default: that must be the one it had. */
function sameDefaults(seq: number, logged: Defaults = {}, here: Defaults): void {
  for (const [field, value] of Object.entries(logged)) {
    if (field in here && !Object.is(here[field], value))
      throw new Divergence(seq, `the default of ${field} is ${here[field]} here, not ${value} as in the log`);
  }
}

/** A skipped command's verdict is not in the entry that was written before it faulted. */
function sameVerdicts(logged: [number, RefusalCode][], found: [number, RefusalCode][]): void {
  const plain = (verdicts: [number, RefusalCode][]) => new Map(verdicts.filter(([, code]) => code !== 'fault'));
  const [said, made] = [plain(logged), plain(found)];
  for (const seq of [...new Set([...said.keys(), ...made.keys()])].sort((a, b) => a - b)) {
    if (said.get(seq) === made.get(seq)) continue;
    const [here, there] = [made.get(seq) ?? 'accepted', said.get(seq) ?? 'accepted'];
    throw new Divergence(seq, `the command is refused otherwise than the log says: ${here}, not ${there}`);
  }
}
