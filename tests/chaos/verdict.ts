/** After a run: holds what clients and processes noted down against the journals and the database. */
import type { Database } from '#db/connect.ts';
import type { Cursor } from '#db/page.ts';
import { matchStore } from '#db/stores/matches.ts';
import { historyOf } from '#rooms/host/journal.ts';
import { readAll } from '#rooms/host/pages.ts';
import { replay } from '#rooms/kernel/replay.ts';
import type { JournalStore, MatchOutcome, RoomRecord, Seal, Stored } from '#rooms/ports.ts';
import { type Findings, NOTHING } from '#tests/kill/checker.ts';
import { add, examineRoom, wrong } from '#tests/kill/examine.ts';
import type { ClientRecord } from '#tests/kill/record.ts';
import { asHere, type Deed } from './deeds.ts';
import type { Life } from './life.ts';
import { MACHINES } from './orders.ts';
import { ghostsIn } from './residue.ts';
import { findTwins } from './twins.ts';

export type Scene = {
  store: JournalStore;
  seal: Seal;
  database: Database;
  records: readonly ClientRecord[];
  lives: readonly Life[];
  /** When the processes were told to stop, wall ms; and who was in which room then. */
  at: number;
  present: ReadonlyMap<string, ReadonlySet<string>>;
};

export type Verdict = Findings & {
  matches: number;
  outcomesWrong: number;
  twins: string[];
  ghosts: string[];
  /** When a room was claimed from somebody, and when the first batch under that claim was there; ms of this process. */
  takeovers: { claimed: number; adopted: number }[];
  /** What keeps a room from being judged, and what a journal had acknowledged and lost. */
  problems: string[];
};

export async function judge(scene: Scene): Promise<Verdict> {
  const { store, seal, records, lives } = scene;
  const found = { ...NOTHING };
  const due: MatchOutcome[] = [];
  const problems: string[] = [];
  for (const room of new Set(records.map((record) => record.room))) {
    try {
      add(found, await examineRoom({ store, seal, machines: MACHINES, records }, room, due));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const notes = await Promise.all(lives.map(async (life) => ({ owner: life.name, deeds: await life.deeds() })));
  const { twins, missing } = findTwins(notes, await logsOf(store, records));
  const outcomesWrong = wrong(due, await outcomesIn(scene.database));
  const ghosts = await leftBehind(scene, problems);
  problems.push(...missing);
  return {
    ...found,
    lost: found.lost + missing.length,
    matches: due.length,
    outcomesWrong,
    twins,
    ghosts,
    takeovers: takeoversIn(notes),
    problems,
  };
}

function takeoversIn(notes: readonly { deeds: readonly Deed[] }[]): Verdict['takeovers'] {
  return notes.flatMap(({ deeds }) => {
    const first = new Map<string, number>();
    for (const deed of deeds) {
      const claim = deed.k === 'appended' ? `${deed.journal} ${deed.epoch}` : '';
      if (deed.k === 'appended' && !first.has(claim)) first.set(claim, asHere(deed.to));
    }
    return deeds.flatMap((deed) => {
      const adopted = deed.k === 'claimed' && deed.epoch > 1 && first.get(`${deed.journal} ${deed.epoch}`);
      return deed.k === 'claimed' && adopted ? [{ claimed: asHere(deed.to), adopted }] : [];
    });
  });
}

async function logsOf(store: JournalStore, records: readonly ClientRecord[]): Promise<Map<string, Stored[]>> {
  const logs = new Map<string, Stored[]>();
  for (const room of new Set(records.map((record) => record.room))) {
    const found = await store.find(room);
    const kept = found && (await readAll(store, found));
    if (found && kept) logs.set(found.journal, kept.entries);
  }
  return logs;
}

/** In every room that has not ended, whether anybody was in it or not. */
async function leftBehind(scene: Scene, problems: string[]): Promise<string[]> {
  const ghosts: string[] = [];
  for (const record of await scene.store.list()) {
    const { room, quarantined } = record;
    if (quarantined !== undefined) problems.push(`room ${room} was quarantined: ${quarantined}`);
    else
      await ghostsOf(scene, record).then(
        (found) => ghosts.push(...found),
        (error: Error) => problems.push(`room ${room} cannot be restored: ${error.message}`),
      );
  }
  return ghosts;
}

async function ghostsOf({ store, seal, present, at }: Scene, record: RoomRecord): Promise<string[]> {
  const { room, journal, machine: name } = record;
  const kept = await readAll(store, record);
  const machine = MACHINES.find((one) => one.name === name);
  if (!kept || !machine) return [];
  const { genesis, snapshot, batches } = historyOf(seal, { room, journal }, kept);
  // A log that is whole is not behind any snapshot.
  const start = genesis ? { genesis } : snapshot && { snapshot };
  const { replica } = replay(machine, { ...start, batches }, genesis?.version ?? snapshot?.version ?? '');
  return ghostsIn(replica, present.get(room) ?? new Set(), at);
}

async function outcomesIn({ db }: Database): Promise<MatchOutcome[]> {
  const store = matchStore(db);
  const found: MatchOutcome[] = [];
  for (let after: Cursor | undefined; ; ) {
    const page = await store.list(after && { after });
    for (const { seats, ...match } of page.items) {
      const winners = seats.filter(({ result }) => result === 'win').map(({ seat }) => seat);
      found.push({ ...match, players: seats.map(({ player }) => player), winners });
    }
    after = page.next;
    if (!after) return found;
  }
}
