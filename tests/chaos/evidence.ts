/**
 * Keeps what a run found: what the processes said, and a failing test of each room about which the checker found
 * something. That is its log and the clients' notes, without those that do not matter to it.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ddmin } from '#rooms/faults/ddmin.ts';
import { historyOf } from '#rooms/host/journal.ts';
import { readAll } from '#rooms/host/pages.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore, Seal } from '#rooms/ports.ts';
import { check, type Findings, type WholeLog } from '#tests/kill/checker.ts';
import type { ClientRecord, Noted } from '#tests/kill/record.ts';
import type { Life } from './life.ts';
import { MACHINES } from './orders.ts';
import type { Fault } from './plan.ts';
import type { Report } from './report.ts';

export type Found = {
  directory: string;
  command: string;
  report: Report;
  faults: readonly Fault[];
  lives: readonly Life[];
  store: JournalStore;
  seal: Seal;
  records: readonly ClientRecord[];
};

export async function keepEvidence({ directory, command, report, faults, lives, ...journals }: Found): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'run.json'), JSON.stringify({ command, report, faults }, undefined, 2));
  for (const { name, output, noted } of lives) {
    await writeFile(join(directory, `${name}.log`), output);
    await copyFile(noted, join(directory, `${name}.jsonl`));
  }
  await keepRooms(directory, command, journals);
}

type Journals = Pick<Found, 'store' | 'seal' | 'records'>;

/** A failing test of each room in which something was lost, done twice or taken back. */
export async function keepRooms(directory: string, command: string, journals: Journals): Promise<void> {
  for (const room of new Set(journals.records.map((record) => record.room))) {
    await keepRoom(directory, command, room, journals);
  }
}

async function keepRoom(
  directory: string,
  command: string,
  room: string,
  { store, seal, records }: Journals,
): Promise<void> {
  const found = await store.find(room);
  const machine = MACHINES.find(({ name }) => name === found?.machine);
  const kept = found && (await readAll(store, found));
  if (!found || !kept || machine?.keeps !== 'log') return;
  const { genesis, batches } = historyOf(seal, found, kept);
  if (!genesis) return;
  const log = { genesis, batches };
  const own = records.filter((record) => record.room === room);
  const { lost, double, takenBack } = check(machine, log, own);
  if (lost + double + takenBack > 0) await keepCase(directory, machine, { log, records: own }, command);
}

export type Case = { machine: string; log: WholeLog; records: readonly ClientRecord[] };

/** `command` leads to it again, as far as timing lets it. */
async function keepCase(directory: string, machine: AnyMachine, found: Omit<Case, 'machine'>, command: string) {
  const { room } = found.log.genesis;
  const small: Case = { machine: machine.name, ...shrunk(machine, found.log, found.records) };
  await writeFile(join(directory, `${room}.json`), JSON.stringify(small));
  await writeFile(join(directory, `${room}.test.ts`), testFile(room, command));
}

/** What was sent stays: without it, what the log holds would seem to be there too often. */
export function shrunk(machine: AnyMachine, log: WholeLog, records: readonly ClientRecord[]): Omit<Case, 'machine'> {
  const before = check(machine, log, records);
  const matters = (noted: Noted) => noted.k === 'answered' || noted.k === 'saw';
  const rest = (kept: ReadonlySet<Noted>) =>
    records.map((record) => ({ ...record, noted: record.noted.filter((one) => !matters(one) || kept.has(one)) }));
  const all = records.flatMap(({ noted }) => noted.filter(matters));
  const few = ddmin(all, (some) => isAsBad(check(machine, log, rest(new Set(some))), before));
  return { log, records: rest(new Set(few)) };
}

/** Of each kind that was found, one is enough. */
function isAsBad(now: Findings, before: Findings): boolean {
  return (['lost', 'double', 'takenBack'] as const).every((kind) => before[kind] === 0 || now[kind] > 0);
}

function testFile(room: string, command: string): string {
  return `/** Found by \`${command}\`. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Case } from '#tests/chaos/evidence.ts';
import { MACHINES } from '#tests/chaos/orders.ts';
import { check } from '#tests/kill/checker.ts';

it('keeps what clients of ${room} were told and shown', async () => {
  const { machine, log, records } = JSON.parse(await readFile(new URL('./${room}.json', import.meta.url), 'utf8')) as Case;
  const found = MACHINES.find(({ name }) => name === machine) as AnyMachine;
  expect(check(found, log, records)).toMatchObject({ lost: 0, double: 0, takenBack: 0 });
});
`;
}
