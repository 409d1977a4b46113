/**
 * Holds what clients noted down against the final log of their room, replayed from its genesis. Knows the
 * kernel and the library's codec, and nothing of the host: what every seat would see at each seq is encoded
 * and decoded here anew, for the wire rounds numbers.
 */
import { type Decoder, Reflection } from '@colyseus/schema';
import type { Batch, Genesis, LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type Applied, Replica } from '#rooms/kernel/replica.ts';
import { SeatView } from '#rooms/kernel/seat-view.ts';
import type { ClientRecord } from './record.ts';
import { plain, viewOf } from './view.ts';

export type Findings = {
  /** Commands that were answered with their place in the log. */
  acked: number;
  /** Of these: the log does not hold them there, or judged them otherwise. */
  lost: number;
  /** Commands that the log holds more often than they were sent. */
  double: number;
  /** States that a client saw. */
  seen: number;
  /** Of these: the log has no such state for that client at that seq. */
  takenBack: number;
  /** Owners that died with something appended and not answered. */
  killsBetweenAppendAndAck: number;
  /** Commands that an owner answered although an earlier one had appended them. */
  repeatsAnswered: number;
};

export const NOTHING: Findings = {
  acked: 0,
  lost: 0,
  double: 0,
  seen: 0,
  takenBack: 0,
  killsBetweenAppendAndAck: 0,
  repeatsAnswered: 0,
};

export type WholeLog = { genesis: Genesis; batches: readonly Batch[] };

type Onlooker = { view: SeatView; decoder: Decoder };
type Truth = {
  replica: Replica;
  applied: Map<number, Applied>;
  /** By player: seq to view. */
  views: Map<string, Map<number, string>>;
  /** By seq: how many owners came before. */
  owner: number[];
};

export function check(machine: AnyMachine, log: WholeLog, records: readonly ClientRecord[]): Findings {
  const truth = replayed(machine, log, new Set(records.map(({ player }) => player)));
  const findings = { ...NOTHING };
  const unlucky = new Set<number>();
  for (const record of records) {
    judge(record, truth, findings, unlucky);
  }
  findings.double = doubles(truth, records);
  findings.killsBetweenAppendAndAck = unlucky.size;
  return findings;
}

/** Replays the log batch by batch; after each, what every player's seat sees. */
function replayed(machine: AnyMachine, { genesis, batches }: WholeLog, players: ReadonlySet<string>): Truth {
  const replica = Replica.genesis(machine, genesis);
  const onlookers = new Map([...players].map((player) => [player, welcome(replica)]));
  const truth: Truth = { replica, applied: new Map(), views: new Map(), owner: [0] };
  for (const player of players) truth.views.set(player, new Map());
  const skips = new Set(batches.flatMap(({ commands }) => commands.flatMap((c) => (c.k === 'skip' ? [c.seq] : []))));
  for (const batch of batches) {
    for (const applied of replica.apply(batch, skips)) {
      truth.applied.set(applied.seq, applied);
      const before = truth.owner[applied.seq - 1] as number;
      truth.owner[applied.seq] = before + (applied.command.k === 'adopt' ? 1 : 0);
    }
    patch(replica, onlookers);
    for (const [player, { decoder }] of onlookers) truth.views.get(player)?.set(replica.seq, viewOf(decoder.state));
  }
  return truth;
}

function welcome({ encoder }: Replica): Onlooker {
  const view = new SeatView();
  const decoder = Reflection.decode(Reflection.encode(encoder));
  const it = { offset: 0 };
  const shared = encoder.encodeAll(it);
  const bytes = encoder.context.hasFilters ? encoder.encodeAllView(view.view, it.offset, { ...it }) : shared;
  decoder.decode(Uint8Array.from(bytes));
  return { view, decoder };
}

function patch({ encoder, machine, state, secret, seats }: Replica, onlookers: Map<string, Onlooker>): void {
  const { hasFilters } = encoder.context;
  if (hasFilters) {
    for (const [player, { view }] of onlookers) view.refresh(machine.view?.(state, seats.of(player), secret) ?? []);
  }
  const it = { offset: 0 };
  const shared = encoder.encode(it);
  const sharedOffset = it.offset;
  for (const { view, decoder } of onlookers.values()) {
    const bytes = hasFilters ? encoder.encodeView(view.view, sharedOffset, it) : shared;
    if (bytes.length > 0) decoder.decode(Uint8Array.from(bytes));
  }
  encoder.discardChanges();
}

function judge({ player, noted }: ClientRecord, truth: Truth, findings: Findings, unlucky: Set<number>): void {
  const views = truth.views.get(player);
  /** The first seq seen over this connection: an answer about an earlier one was not given when it happened. */
  let since: number | undefined = 0;
  for (const one of noted) {
    if (one.k === 'dropped') since = undefined;
    if (one.k === 'saw') {
      since ??= one.seq;
      findings.seen++;
      if (views?.get(one.seq) !== one.view) findings.takenBack++;
    }
    if (one.k !== 'answered' || one.reply.seq === undefined) continue;
    const { seq } = one.reply;
    findings.acked++;
    const code = one.reply.ok ? undefined : one.reply.code;
    const there = truth.applied.get(seq);
    if (!there || there.refusal !== code || !isThat(there.command, player, one)) findings.lost++;
    const [then, now] = [truth.owner[seq] ?? 0, truth.owner[since ?? 0] ?? 0];
    if (then >= now) continue;
    findings.repeatsAnswered++;
    unlucky.add(then);
  }
}

function isThat(command: LogCommand, player: string, { type, payload }: { type: string; payload: unknown }): boolean {
  if (command.k === 'void') return command.player === player;
  return command.k === 'do' && command.player === player && idOf(command) === idOf({ type, payload });
}

const idOf = ({ type, payload }: { type: string; payload?: unknown }) => plain([type, payload]);

function doubles({ applied }: Truth, records: readonly ClientRecord[]): number {
  const left = new Map<string, number>();
  const count = (key: string, by: number) => left.set(key, (left.get(key) ?? 0) + by);
  for (const { player, noted } of records) {
    for (const one of noted) if (one.k === 'sent') count(`${player} ${idOf(one)}`, 1);
  }
  for (const { command } of applied.values()) {
    if (command.k === 'do' && records.some(({ player }) => player === command.player)) {
      count(`${command.player} ${idOf(command)}`, -1);
    }
  }
  let double = 0;
  for (const over of left.values()) if (over < 0) double -= over;
  return double;
}
