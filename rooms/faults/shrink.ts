/** The shortest history with which a machine still fails in the same way. */
import { ddmin } from '#rooms/faults/ddmin.ts';
import { type Case, type Failure, play, show, until } from '#rooms/faults/examine.ts';
import type { Batch, LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { History } from '#rooms/kernel/replay.ts';

export type Shrunk = { history: Case; failure: Failure };

/** One command by itself, at its time. */
type Step = { now: number; command: LogCommand };

/** Has its place in the log, and does nothing: no outcome has seq 0. */
const NOTHING: LogCommand = { k: 'confirm', seq: 0 };

/**
 * First each command that does not matter is made a no-op, so that those behind it keep their `seq`, by which dice fall
 * and messages are named. Then as many no-ops go as may. A divergence is only cut off where it shows: what the
 * other code would have said to fewer commands is in no log.
 */
export function shrink(machine: AnyMachine, given: History, failure: Failure): Shrunk {
  if (failure.what === 'diverges') return { history: upTo(given, failure.seq), failure };
  if (failure.what === 'starts') return { history: { ...given, batches: [] }, failure };
  const cut = until(given, failure.seq);
  const examine = failure.what === 'hides' ? show : play;
  const whole = stepsOf(cut, skippedBefore(given, failure.seq));
  const fails = (steps: readonly Step[]) => same(examine(machine, made(cut, steps)), failure);
  // Its batches matter, or it never was this history that failed.
  if (!fails(whole)) return { history: given, failure };
  const indices = ddmin(
    whole.map((_, i) => i),
    (kept) => fails(blanked(whole, new Set(kept))),
  );
  const quiet = blanked(whole, new Set(indices));
  const steps = sooner(quiet, fails);
  const history = made(cut, steps);
  return { history, failure: examine(machine, history) as Failure };
}

const isNothing = ({ command }: Step) => command === NOTHING;

/** Without the no-ops that nothing needs. */
function sooner(steps: readonly Step[], fails: (steps: readonly Step[]) => boolean): readonly Step[] {
  const bare = steps.filter((step) => !isNothing(step));
  if (fails(bare)) return bare;
  const blanks = steps.flatMap((step, i) => (isNothing(step) ? [i] : []));
  const without = (kept: ReadonlySet<number>) => steps.filter((step, i) => !isNothing(step) || kept.has(i));
  return without(new Set(ddmin(blanks, (kept) => fails(without(new Set(kept))))));
}

function blanked(steps: readonly Step[], kept: ReadonlySet<number>): Step[] {
  return steps.map((step, i) => (kept.has(i) ? step : { now: step.now, command: NOTHING }));
}

/** What was skipped then did nothing to the state, and is a no-op from the start. */
function stepsOf({ batches, snapshot }: History, skipped: ReadonlySet<number>): Step[] {
  let seq = snapshot?.ledger.seq ?? 0;
  return batches.flatMap(({ now, commands }) =>
    commands.map((command): Step => {
      const gone = skipped.has(++seq) || command.k === 'skip';
      return { now, command: gone ? NOTHING : command };
    }),
  );
}

function skippedBefore({ batches }: History, seq: number): ReadonlySet<number> {
  const skips = batches.flatMap(({ commands }) => commands.flatMap((one) => (one.k === 'skip' ? [one.seq] : [])));
  return new Set(skips.filter((other) => other < seq));
}

function made(history: History, steps: readonly Step[]): Case {
  return { ...history, bare: true, batches: steps.map(({ now, command }): Batch => ({ now, commands: [command] })) };
}

/** A divergence at `seq` shows in the batch behind it, which carries the verdicts or the hash. */
function upTo(history: History, seq: number): History {
  let at = history.snapshot?.ledger.seq ?? 0;
  const last = history.batches.findIndex(({ commands }) => {
    at += commands.length;
    return at >= seq;
  });
  return { ...history, batches: history.batches.slice(0, last < 0 ? undefined : last + 2) };
}

/** The same bug, wherever in the log it strikes. */
function same(found: Failure | undefined, wanted: Failure): boolean {
  if (found?.what !== wanted.what || found.message !== wanted.message) return false;
  if (wanted.what !== 'throws') return true;
  return kindOf(found.command) === kindOf(wanted.command);
}

const kindOf = (command: LogCommand | undefined) => (command?.k === 'do' ? `do ${command.type}` : command?.k);
