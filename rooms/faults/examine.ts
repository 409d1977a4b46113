/**
 * Plays a room's history with the code as it is now, and says where that fails. The same question finds a
 * fault, shrinks it, and is the test that keeps it mended.
 */
import { checkHooks } from '#rooms/kernel/check-hooks.ts';
import { MachineFault } from '#rooms/kernel/fault.ts';
import type { Batch, Genesis, LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Divergence, type History, retrace } from '#rooms/kernel/replay.ts';
import { Replica } from '#rooms/kernel/replica.ts';

/**
 * `throws`: a machine's function, handling the command at `seq`. `diverges`: this code decides otherwise than the
 * log says. `hides`: what came out of `seq` cannot be shown to somebody, listed, or asked for its deadline.
 * `starts`: there is no room to begin with.
 */
export type Failure = {
  what: 'throws' | 'diverges' | 'hides' | 'starts';
  seq: number;
  message: string;
  command?: LogCommand;
};

/** `bare`: commands and nothing to hold them against, as a shrunk log has none of its writer's verdicts. */
export type Case = History & { bare?: true };

const SAME = 'as it is now';

/** The first failure, or nothing. Which version wrote the log does not matter here. */
export function examine(machine: AnyMachine, history: Case): Failure | undefined {
  return play(machine, history) ?? show(machine, history);
}

/** Where a machine throws, or decides otherwise than the log says. A command that was skipped is tried again. */
export function play(machine: AnyMachine, given: Case): Failure | undefined {
  if (given.bare) return failureOf(given, () => applied(machine, given));
  const history = ofOneVersion(given);
  const skips = skipsIn(history);
  for (const seq of skips) {
    const before = new Set(skips.filter((other) => other < seq));
    const found = failureOf(history, () => retrace(machine, until(history, seq), SAME, before));
    if (found) return found;
  }
  return failureOf(history, () => retrace(machine, history, SAME));
}

/** All that a host asks of a machine beside handling commands: patches and full states for every seat, and the rest. */
export function show(machine: AnyMachine, history: History): Failure | undefined {
  let showing: { seq: number; batch: Batch } | undefined;
  try {
    applied(machine, history, (replica, batch) => {
      showing = { seq: replica.seq, batch };
      showAll(replica);
      showing = undefined;
    });
    return undefined;
  } catch (error) {
    if (!showing) throw error;
    return { what: 'hides', seq: showing.seq, message: (error as Error).message, ...last(showing.batch) };
  }
}

function applied(machine: AnyMachine, history: History, then: (replica: Replica, batch: Batch) => void = () => {}) {
  const { snapshot, genesis, batches } = history;
  const replica = snapshot ? Replica.restore(machine, snapshot) : Replica.genesis(machine, genesis as Genesis);
  const skips = new Set(skipsIn(history));
  for (const batch of batches) {
    replica.apply(batch, skips);
    then(replica, batch);
  }
}

/** Commands that faulted once and were skipped, in order. */
function skipsIn({ batches }: History): number[] {
  const skips = batches.flatMap(({ commands }) => commands.flatMap((one) => (one.k === 'skip' ? [one.seq] : [])));
  return skips.sort((a, b) => a - b);
}

function ofOneVersion({ genesis, snapshot, batches }: History): History {
  return {
    ...(genesis && { genesis: { ...genesis, version: SAME } }),
    ...(snapshot && { snapshot: { ...snapshot, version: SAME } }),
    batches: batches.map(({ version: _, ...batch }): Batch => batch),
  };
}

/** The history up to and with the command at `seq`. */
export function until(history: History, seq: number): History {
  let left = seq - (history.snapshot?.ledger.seq ?? 0);
  const batches: Batch[] = [];
  for (const batch of history.batches) {
    if (left <= 0) break;
    batches.push({ ...batch, commands: batch.commands.slice(0, left) });
    left -= batch.commands.length;
  }
  return { ...history, batches };
}

function failureOf(history: History, replay: () => unknown): Failure | undefined {
  try {
    replay();
    return undefined;
  } catch (error) {
    const { message, cause } = error as Error;
    if (error instanceof MachineFault) {
      const { seq, command } = error;
      return { what: 'throws', seq, command, message: cause instanceof Error ? cause.message : String(cause) };
    }
    if (error instanceof Divergence) {
      const { seq } = error;
      return { what: 'diverges', seq, message, ...last(until(history, seq).batches.at(-1)) };
    }
    return { what: 'starts', seq: 0, message };
  }
}

function last(batch: Batch | undefined): { command?: LogCommand } {
  const command = batch?.commands.at(-1);
  return command ? { command } : {};
}

function showAll(replica: Replica): void {
  replica.encoder.encode({ offset: 0 });
  replica.encoder.discardChanges();
  checkHooks(replica);
}
