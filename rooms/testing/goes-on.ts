/** Whether a room that another release left goes on with the code as it is here, and what keeps it from that. */
import { said } from '#rooms/faults/test-file.ts';
import { MachineFault } from '#rooms/kernel/fault.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Divergence, type History, retrace } from '#rooms/kernel/replay.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Fixture } from './fixture.ts';

/** Brought back from the whole log, or from the snapshot and what came after it. */
export const WAYS = ['log', 'snapshot'] as const;
/** What keeps it from going on, for each way; absent when it goes on. */
export type Obstacles = { [way in (typeof WAYS)[number]]?: string | undefined };

const HERE = 'this code';

export function obstacles(machine: AnyMachine | undefined, fixture: Fixture): Obstacles {
  const found: Obstacles = {};
  for (const way of WAYS) {
    const obstacle = machine ? obstacleOn(machine, fixture, way) : `there is no machine "${fixture.genesis.machine}"`;
    if (obstacle !== undefined) found[way] = obstacle;
  }
  return found;
}

function obstacleOn(machine: AnyMachine, fixture: Fixture, way: (typeof WAYS)[number]): string | undefined {
  const history = historyOf(fixture, way);
  try {
    return unlike(fixture.end, retrace(machine, history, HERE).replica);
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof Divergence || error instanceof MachineFault)) return message;
    const before = history.snapshot?.ledger.seq ?? 0;
    const command = history.batches.flatMap(({ commands }) => commands)[error.seq - before - 1];
    return `${message} (${said(command)})`;
  }
}

/** As a takeover has it: the end is proved by the mark of the owner before. */
function historyOf({ genesis, snapshot, end, batches }: Fixture, way: (typeof WAYS)[number]): History {
  const mark = { n: end.ledger.batch, proves: (proof: string) => proof === end.proof };
  if (way === 'log') return { genesis, batches, mark };
  return { snapshot, batches: batches.slice(snapshot.ledger.batch), mark };
}

/** What no proof covers: ids by which clients know what they see, seats, answers, clocks, outcomes. */
function unlike(end: Fixture['end'], replica: Replica): string | undefined {
  const refIds = new Set(replica.refIds());
  if (!end.refIds.every((id) => refIds.has(id))) return 'at its end, refIds are others than they were';
  const ledger = replica.ledger();
  const part = Object.entries(end.ledger).find(([name, was]) => !holds(ledger[name as keyof typeof ledger], was));
  return part && `at its end, "${part[0]}" of the ledger is another than it was`;
}

/** All that was there is there; objects may have fields more. */
function holds(here: unknown, was: unknown): boolean {
  if (typeof was !== 'object' || was === null) return Object.is(here, was);
  if (typeof here !== 'object' || here === null) return false;
  if (Array.isArray(was) && (here as unknown[]).length !== was.length) return false;
  return Object.entries(was).every(([name, value]) => holds((here as Record<string, unknown>)[name], value));
}
