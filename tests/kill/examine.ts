/** After a campaign: reads the journals, as an administrator could, and holds every record against its room's log. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { historyOf } from '#rooms/host/journal.ts';
import type { LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type History, replay } from '#rooms/kernel/replay.ts';
import type { MatchOutcome } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import type { Channel } from '#schema/chat.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { check, type Findings, NOTHING } from './checker.ts';
import { JOURNAL, OUTCOMES } from './orders.ts';
import type { ClientRecord } from './record.ts';
import { delivered } from './sink.ts';

export const ARENA = 'arena';
export const TALK = 'talk';

export type Evidence = {
  dataDir: string;
  records: readonly ClientRecord[];
  kills: { what: string; at: number }[];
};

export type Report = Findings & {
  kills: number;
  /** Matches that ended, and those of them of which not exactly their outcome was delivered. */
  matches: number;
  outcomesWrong: number;
  /** From the death of a process to a client that is let through again by the next. */
  backP50Ms: number;
  backP99Ms: number;
};

export async function examine({ dataDir, records, kills }: Evidence): Promise<Report> {
  const store = sqliteStore(join(dataDir, JOURNAL));
  const seal = (await openKeyring({ dataDir })).journalSeal();
  const total = { ...NOTHING };
  const due: MatchOutcome[] = [];
  try {
    for (const room of new Set(records.map((record) => record.room))) {
      const found = await store.find(room);
      const kept = found && (await store.read(room, found.journal));
      if (!found || !kept) throw new Error(`room ${room} is not in the journal`);
      if (found.aside) throw new Error(`room ${room} was set aside: ${found.aside}`);
      const history = historyOf(seal, { room, journal: found.journal }, kept);
      const own = records.filter((record) => record.room === room);
      add(total, room === TALK ? checkTalk(history, own) : checkLog(room, history, own, due));
    }
  } finally {
    await store.close();
  }
  const sunk = await delivered(join(dataDir, OUTCOMES));
  const outcomesWrong =
    due.filter((outcome) => !sunk.some((one) => isDeepStrictEqual(one, outcome))).length +
    Math.abs(sunk.length - due.length);
  return { kills: kills.length, ...total, matches: due.length, outcomesWrong, ...returns(records, kills) };
}

function checkLog(room: string, history: History, records: ClientRecord[], due: MatchOutcome[]): Findings {
  const machine: AnyMachine = room === ARENA ? probe : connectFour;
  const { genesis, batches } = history;
  if (!genesis) throw new Error(`the log of ${room} does not begin at its beginning`);
  const findings = check(machine, { genesis, batches }, records);
  // Again by the kernel, which holds it against the verdicts and hashes that were written with it.
  const { replica } = replay(machine, { genesis, batches }, genesis.version);
  if (machine === connectFour && replica.endedAt > 0) due.push(outcomeOf(history));
  return findings;
}

/** What the log says was to be handed on, as if nobody had ever confirmed it. */
function outcomeOf({ genesis, batches }: History): MatchOutcome {
  const unconfirmed = batches.map((batch) => ({
    ...batch,
    commands: batch.commands.map((command): LogCommand => (command.k === 'confirm' ? { k: 'skip', seq: 0 } : command)),
  }));
  const { replica } = replay(
    connectFour,
    { ...(genesis && { genesis }), batches: unconfirmed },
    genesis?.version ?? '',
  );
  const [outcome] = replica.outcomes;
  if (!genesis || !outcome) throw new Error('an ended match has no outcome');
  const { room, journal, machine } = genesis;
  return { ...outcome, room, journal, game: machine };
}

/** A channel keeps no log: every post that was answered is in its state, where the answer says, and once. */
function checkTalk(history: History, records: ClientRecord[]): Findings {
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
      if (one.reply.seq >= oldest && found[0]?.id !== one.reply.seq) findings.lost++;
    }
  }
  return findings;
}

function add(total: Findings, more: Findings): void {
  for (const key of Object.keys(total) as (keyof Findings)[]) total[key] += more[key];
}

function returns(records: readonly ClientRecord[], kills: Evidence['kills']): { backP50Ms: number; backP99Ms: number } {
  const took: number[] = [];
  const arena = records.filter(({ room }) => room === ARENA);
  kills.forEach(({ at }, i) => {
    const until = kills[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    for (const { noted } of arena) {
      const back = noted.find((one) => one.k === 'back' && one.at > at && one.at < until);
      if (back?.k === 'back') took.push(back.at - at);
    }
  });
  took.sort((a, b) => a - b);
  const percentile = (p: number) => Math.round(took[Math.min(took.length - 1, Math.floor(took.length * p))] ?? 0);
  return { backP50Ms: percentile(0.5), backP99Ms: percentile(0.99) };
}
