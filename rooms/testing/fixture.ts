/**
 * What a release leaves in an installation, kept as a file: one room's log as its owner wrote it, a snapshot taken in
 * the middle of it, and how the room was at its end.
 */
import { readText, textOf } from '#rooms/kernel/codec.ts';
import { defaultsOf } from '#rooms/kernel/fields.ts';
import type { Ledger } from '#rooms/kernel/ledger.ts';
import type { Batch, Genesis } from '#rooms/kernel/log.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import type { Snapshot } from '#rooms/kernel/snapshot.ts';
import type { Subject } from '#rooms/testing/laws.ts';
import { type Event, perform } from '#rooms/testing/plays.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';

/** After the last batch: what the settle mark proves, and what it does not. */
type End = { proof: string; refIds: number[]; ledger: Ledger };
export type Fixture = { genesis: Genesis; snapshot: Snapshot; end: End; batches: Batch[] };

/** As in an owner's log: commands that came together are one batch, and a hash stands in it once a second. */
const HASH_EVERY_MS = 1_000;
const MOST_TOGETHER = 4;

export function fixtureOf({ machine, config }: Subject, play: readonly Event[], version: string): Fixture {
  const room = new Rehearsal(machine, config);
  for (const event of play) perform(room, event);
  const genesis: Genesis = { ...room.genesis, version, defaults: defaultsOf(machine.State) };
  const replica = Replica.genesis(machine, genesis);
  const together = batched(room.log);
  const half = Math.ceil(together.length / 2);
  const written = () => textOf(replica.snapshot(version));
  let snapshot = written();
  let hashedAt = 0;
  const batches = together.map((batch, n): Batch => {
    const entry = { ...batch };
    if (replica.verdicts.length > 0) entry.verdicts = replica.verdicts;
    if (batch.now - hashedAt >= HASH_EVERY_MS) {
      entry.hash = replica.hash();
      hashedAt = batch.now;
    }
    replica.apply(batch);
    if (n + 1 === half) snapshot = written();
    return entry;
  });
  const end = { proof: replica.proof(), refIds: replica.refIds(), ledger: replica.ledger() };
  return readFixture(textOfFixture({ genesis, snapshot: readText<Snapshot>(snapshot), end, batches }));
}

function batched(log: readonly Batch[]): Batch[] {
  const out: Batch[] = [];
  for (const { now, commands } of log) {
    const last = out.at(-1);
    if (last?.now === now && last.commands.length < MOST_TOGETHER) last.commands.push(...commands);
    else out.push({ now, commands: [...commands] });
  }
  return out;
}

/** Genesis, snapshot, end, and each batch in a line of its own, so that a difference is one that can be read. */
export function textOfFixture({ genesis, snapshot, end, batches }: Fixture): string {
  return `${[genesis, snapshot, end, ...batches].map(textOf).join('\n')}\n`;
}

export function readFixture(text: string): Fixture {
  const [genesis = '', snapshot = '', end = '', ...batches] = text.trimEnd().split('\n');
  return {
    genesis: readText(genesis),
    snapshot: readText(snapshot),
    end: readText(end),
    batches: batches.map((batch) => readText<Batch>(batch)),
  };
}
