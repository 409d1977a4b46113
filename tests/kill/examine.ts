/** After a campaign: reads the journals, as an administrator could, and holds every record against its room's log. */
import { isDeepStrictEqual } from 'node:util';
import { channel } from '#rooms/chat/chat.ts';
import { historyOf } from '#rooms/host/journal.ts';
import { readAll } from '#rooms/host/pages.ts';
import type { LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type History, replay } from '#rooms/kernel/replay.ts';
import type { JournalStore, MatchOutcome, Seal } from '#rooms/ports.ts';
import type { Channel } from '#schema/chat.ts';
import { check, type Findings, NOTHING } from './checker.ts';
import type { ClientRecord } from './record.ts';

export type Evidence = {
  store: JournalStore;
  seal: Seal;
  /** Those whose rooms the clients were in. */
  machines: readonly AnyMachine[];
  records: readonly ClientRecord[];
  /** Outcomes that came out at the other end, each as often as it did. */
  delivered: readonly MatchOutcome[];
};

export type Judged = Findings & {
  /** Matches that ended, and those of them of which not exactly their outcome was delivered. */
  matches: number;
  outcomesWrong: number;
};

export async function examine(evidence: Evidence): Promise<Judged> {
  const total = { ...NOTHING };
  const due: MatchOutcome[] = [];
  for (const room of new Set(evidence.records.map((record) => record.room))) {
    add(total, await examineRoom(evidence, room, due));
  }
  return { ...total, matches: due.length, outcomesWrong: wrong(due, evidence.delivered) };
}

/** Adds what the room was to hand on to `due`. @throws when there is nothing to hold records against. */
export async function examineRoom(evidence: Omit<Evidence, 'delivered'>, room: string, due: MatchOutcome[]) {
  const { store, seal, machines, records } = evidence;
  const found = await store.find(room);
  const kept = found && (await readAll(store, found));
  if (!found || !kept) throw new Error(`room ${room} is not in the journal`);
  if (found.quarantined) throw new Error(`room ${room} was quarantined: ${found.quarantined}`);
  const machine = machines.find(({ name }) => name === found.machine);
  if (!machine) throw new Error(`room ${room} runs ${found.machine}, which nobody was to play`);
  const history = historyOf(seal, { room, journal: found.journal }, kept);
  const own = records.filter((record) => record.room === room);
  return machine === channel ? checkTalk(history, own) : checkLog(machine, room, history, own, due);
}

/** Outcomes that were due and did not come, came otherwise, or came too often. */
export function wrong(due: readonly MatchOutcome[], delivered: readonly MatchOutcome[]): number {
  const missing = due.filter((outcome) => !delivered.some((one) => isDeepStrictEqual(one, outcome)));
  return missing.length + Math.abs(delivered.length - due.length);
}

function checkLog(
  machine: AnyMachine,
  room: string,
  history: History,
  records: ClientRecord[],
  due: MatchOutcome[],
): Findings {
  const { genesis, batches } = history;
  if (!genesis) throw new Error(`the log of ${room} does not begin at its beginning`);
  const findings = check(machine, { genesis, batches }, records);
  // Again by the kernel, which holds it against the verdicts and hashes that were written with it.
  const { replica } = replay(machine, { genesis, batches }, genesis.version);
  if (replica.endedAt > 0) due.push(outcomeOf(machine, history));
  return findings;
}

/** What the log says was to be handed on, as if nobody had ever confirmed it. */
function outcomeOf(machine: AnyMachine, { genesis, batches }: History): MatchOutcome {
  const unconfirmed = batches.map((batch) => ({
    ...batch,
    commands: batch.commands.map((command): LogCommand => (command.k === 'confirm' ? { k: 'skip', seq: 0 } : command)),
  }));
  const { replica } = replay(machine, { ...(genesis && { genesis }), batches: unconfirmed }, genesis?.version ?? '');
  const [outcome] = replica.outcomes;
  if (!genesis || !outcome) throw new Error('an ended match has no outcome');
  const { room, journal, machine: game } = genesis;
  return { ...outcome, room, journal, game };
}

/** A channel keeps no log: every post that was answered is in its state, where the answer says, and once. */
export function checkTalk(history: History, records: readonly ClientRecord[]): Findings {
  const { replica } = replay(channel, history, history.snapshot?.version ?? '');
  const messages = [...(replica.state as Channel).messages.values()];
  const oldest = messages[0]?.id ?? 0;
  const findings = { ...NOTHING };
  for (const { player, noted } of records) {
    for (const one of noted) {
      if (one.k !== 'answered' || !one.reply.ok) continue;
      findings.acked++;
      const { text } = one.payload as { text: string };
      const found = messages.filter((message) => message.author === player && message.text === text);
      if (found.length > 1) findings.double++;
      // One that is there twice is also where the answer says.
      const { seq } = one.reply;
      if (seq >= oldest && !found.some(({ id }) => id === seq)) findings.lost++;
    }
  }
  return findings;
}

export function add(total: Findings, more: Findings): void {
  for (const key of Object.keys(total) as (keyof Findings)[]) total[key] += more[key];
}
