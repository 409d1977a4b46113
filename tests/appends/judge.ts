/** Holds what owners and players noted down against the journals as they lie there in the end. */
import { historyOf } from '#rooms/host/journal.ts';
import { readAll } from '#rooms/host/pages.ts';
import { replay } from '#rooms/kernel/replay.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import type { JournalStore, Seal, Stored } from '#rooms/ports.ts';
import { ARENA } from '#tests/chaos/orders.ts';
import type { Life } from '#tests/chaos/twins.ts';
import { findTwins } from '#tests/chaos/twins.ts';
import { check, type WholeLog } from '#tests/kill/checker.ts';
import type { ClientRecord } from '#tests/kill/record.ts';
import type { Shown } from './owner.ts';

export type Scene = {
  store: JournalStore;
  seal: Seal;
  rooms: readonly string[];
  records: readonly ClientRecord[];
  shown: readonly Shown[];
  lives: readonly Life[];
  /** Appends that were taken although a successor had claimed. */
  unfenced: readonly string[];
  problems: readonly string[];
};

export type Judgement = {
  acked: number;
  seen: number;
  lost: number;
  double: number;
  takenBack: number;
  twin: number;
  /** Entries that are missing between others. */
  gaps: number;
  /** What was found, a sentence each; the counts above are in it as well. */
  problems: string[];
};

export async function judge({ store, seal, rooms, ...scene }: Scene): Promise<Judgement> {
  const found = { acked: 0, seen: 0, lost: 0, double: 0, takenBack: 0, gaps: 0 };
  const problems = [...scene.problems];
  const logs = new Map<string, readonly Stored[]>();
  for (const room of rooms) {
    const record = await store.find(room);
    const kept = record && (await readAll(store, record));
    if (!record || !kept) {
      problems.push(`${room} is not in the journal`);
      continue;
    }
    logs.set(record.journal, kept.entries);
    found.gaps += kept.entries.filter(({ n }, i) => n !== i).length;
    try {
      const { genesis, batches } = historyOf(seal, { room, journal: record.journal }, kept);
      if (!genesis) throw new Error(`the log of ${room} does not begin at its beginning`);
      const log = { genesis, batches };
      const own = scene.records.filter((one) => one.room === room);
      const { acked, lost, double } = check(ARENA, log, own);
      const shown = scene.shown.filter((one) => one.room === room);
      found.acked += acked;
      found.lost += lost;
      found.double += double;
      found.seen += shown.length;
      found.takenBack += takenBack(log, shown);
      replay(ARENA, log, genesis.version); // holds it against the verdicts and hashes that were written with it
    } catch (error) {
      problems.push(`${room}: ${(error as Error).message}`);
    }
  }
  const { twins, missing } = findTwins(scene.lives, logs);
  const twin = [...twins, ...scene.unfenced];
  problems.push(...twin, ...missing);
  return { ...found, lost: found.lost + missing.length, twin: twin.length, problems };
}

/** States that a room showed and that its log does not have at that seq. */
function takenBack({ genesis, batches }: WholeLog, shown: readonly Shown[]): number {
  const replica = Replica.genesis(ARENA, genesis);
  const skips = new Set(batches.flatMap(({ commands }) => commands.flatMap((c) => (c.k === 'skip' ? [c.seq] : []))));
  const hashes = new Map([[replica.seq, replica.hash()]]);
  for (const batch of batches) {
    replica.apply(batch, skips);
    hashes.set(replica.seq, replica.hash());
  }
  return shown.filter(({ seq, hash }) => hashes.get(seq) !== hash).length;
}

/** Nothing of what must never happen did. */
export function isClean({ lost, double, takenBack, twin, gaps, problems }: Judgement): boolean {
  return lost + double + takenBack + twin + gaps + problems.length === 0;
}
