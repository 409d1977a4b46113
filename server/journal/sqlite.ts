/**
 * The embedded journal: one SQLite file, to one process. With `synchronous` NORMAL what was acknowledged
 * survives a killed process; a power cut may take the last moments. FULL survives a power cut too, at
 * one sync per turn of the event loop.
 */
import { closeSync, openSync } from 'node:fs';
import { type Claim, type JournalStore, type Kept, PAGE_ENTRIES, type Page, type Stored } from '#rooms/ports.ts';
import { type Batches, batchesOf } from '#server/journal/batches.ts';
import { beyond, fenced, notNext, taken, used } from '#server/journal/fates.ts';
import { openFile, opening, openToRead, type Synchronous } from '#server/journal/file.ts';
import { type Head, headsOf, recordOf } from '#server/journal/heads.ts';
import { type Row, rowsOf } from '#server/journal/rows.ts';
import { scrubber } from '#server/journal/scrub.ts';
import { turnOf } from '#server/journal/turn.ts';

/** Batches in the tail before they are gathered by journal: more cost less, and stall the loop longer. */
const TAIL = 4096;

export type SqliteStore = JournalStore & {
  /** Writes all of it, as of now, into a file that is not there yet. The event loop waits meanwhile. */
  copyTo(file: string): Promise<void>;
  /** Why the file cannot be written at this time, as the last attempt found. */
  trouble(): Error | undefined;
};

/** Throws `StoreError` when the file cannot be used, or is in use. */
export function sqliteStore(file: string, { synchronous = 'NORMAL' }: { synchronous?: Synchronous } = {}): SqliteStore {
  const db = openFile(file, synchronous);
  const rows = rowsOf(db);
  const batches = batchesOf(db);
  const heads = headsOf(rows, batches);
  opening(file, db, () => {
    rows.forgetOwners();
    heads.gatherTail();
  });
  const { run, look, flush, trouble } = turnOf(db, heads.forget);
  const scrub = scrubber(db, flush);

  function held(claim: Claim): Head {
    const head = heads.named(claim.journal);
    if (!head || head.epoch !== claim.epoch) throw fenced(claim);
    return head;
  }

  function change(head: Head, fields: Partial<Head>): void {
    rows.update(Object.assign(head, fields));
  }

  function append(claim: Claim, n: number, bytes: Uint8Array): void {
    const head = held(claim);
    if (n === head.last + 1) {
      heads.append(head, n, bytes);
      if (heads.tail() % TAIL === 0) setImmediate(gatherTail);
      return;
    }
    const there = entryOf(batches, head, n);
    if (!there) throw notNext(claim, n, head.last);
    if (there.epoch !== claim.epoch || Buffer.compare(there.bytes, bytes) !== 0) throw taken(claim, n);
  }

  function gatherTail(): void {
    flush();
    try {
      if (db.isOpen) heads.gatherTail();
    } catch {
      // Nothing is lost: it all still lies in the tail, and is gathered another time.
    }
  }

  return {
    create: (room, machine, journal, owner, genesis) =>
      run(() => {
        const claim = { room, journal, machine, epoch: 1 };
        const old = heads.of(room);
        if (old) return old.name === journal && old.owner === owner && old.epoch === 1 ? claim : 'exists';
        if (rows.named(journal)) throw used(claim);
        heads.append(heads.create(claim, owner), 0, genesis);
        return claim;
      }),

    find: (room) =>
      run(() => {
        const found = heads.of(room) ?? rows.newest(room);
        return found && recordOf(found);
      }),

    list: () => run(() => heads.all().map(recordOf)),

    roomsBy: (index) => run(() => heads.by(index)),
    owners: () => run(() => heads.owners()),
    machines: () => run(() => heads.machines()),

    due: (at, limit) =>
      run(() =>
        heads
          .all()
          .filter((head) => head.deadline !== null && head.deadline <= at && head.quarantined === null)
          .filter((head) => head.last === head.settled)
          .sort((a, b) => (a.deadline ?? 0) - (b.deadline ?? 0))
          .slice(0, limit)
          .map(recordOf),
      ),

    claim: (room, owner, expect) =>
      run(() => {
        const head = heads.of(room);
        if (!head) return 'gone';
        if (expect !== undefined && head.epoch !== expect) return 'lost';
        change(head, { epoch: head.epoch + 1, owner });
        return { room, journal: head.name, machine: head.machine, epoch: head.epoch };
      }),

    load: (claim, page = {}) =>
      look(() => {
        const head = held(claim);
        return pageOf(batches, head, { after: 'snapshot', ...page }, head.tailFrom);
      }),

    entry: (claim, n) => look(() => entryOf(batches, held(claim), n)),

    read: (room, journal, page = {}) =>
      look(() => {
        const row = rows.named(journal);
        return row?.room === room ? pageOf(batches, row, page) : undefined;
      }),

    append: (claim, n, bytes) => run(() => append(claim, n, bytes)),

    snapshot: (claim, n, bytes, trim) =>
      run(() => {
        const head = held(claim);
        if (n > head.last) throw beyond(claim, n, head.last);
        if (n < batches.snapshotAt(head.id)) return;
        if (trim) heads.trim(head, n);
        batches.putSnapshot(head.id, n, claim.epoch, bytes);
      }),

    settle: (claim, n, deadline, mark) =>
      run(() => {
        const head = held(claim);
        if (n > head.last) throw beyond(claim, n, head.last);
        if (n === head.last) change(head, { settled: n, deadline: deadline ?? null, mark: mark ?? null, unproven: 0 });
      }),

    restoring: (claim) =>
      run(() => {
        const head = held(claim);
        change(head, { attempts: head.attempts + 1 });
        return head.attempts;
      }),

    restored: (claim) =>
      run(() => {
        const head = heads.named(claim.journal);
        if (head && head.attempts > 0) change(head, { attempts: 0 });
      }),

    quarantine: (room, reason) =>
      run(() => {
        const head = heads.of(room);
        if (head) change(head, { quarantined: reason, unproven: 0 });
      }),

    retry: (room, unproven = false) =>
      run(() => {
        const head = heads.of(room);
        if (head) change(head, { quarantined: null, attempts: 0, unproven: unproven ? 1 : 0 });
      }),

    end: (claim, keep) =>
      run(() => {
        const row = heads.named(claim.journal) ?? rows.named(claim.journal);
        if (!row || (row.ended && row.epoch === claim.epoch)) return;
        const head = held(claim);
        heads.remove(head);
        change(head, { ended: 1, deadline: null, settled: head.last });
        if (keep) return;
        heads.trim(head, head.last);
        batches.dropSnapshot(head.id);
        rows.forget(head.id);
      }),

    alive: (owner, at) =>
      run(() => {
        rows.seen(owner, at);
      }),
    lastAlive: (owner) => run(() => rows.lastSeen(owner)),
    scrub: scrub.soon,
    trouble,

    async copyTo(copy) {
      closeSync(openSync(copy, 'wx', 0o600));
      flush();
      db.prepare('VACUUM INTO ?').run(copy);
    },

    async close() {
      if (!db.isOpen) return;
      flush();
      scrub.now();
      db.close();
    },
  };
}

function markOf({ mark }: Row): Pick<Kept, 'mark'> {
  return mark === null ? {} : { mark };
}

function entryOf(batches: Batches, { id, tailFrom }: Head, n: number): Stored | undefined {
  return batches.after(id, n - 1, tailFrom, 1).find((entry) => entry.n === n);
}

/** One entry more than the page has is looked for: it says that there is more. */
function pageOf(batches: Batches, row: Row, { after = 'start', limit = PAGE_ENTRIES }: Page, tailFrom = 0): Kept {
  const from = typeof after === 'number' ? after : after === 'snapshot' ? batches.snapshotAt(row.id) : -1;
  const entries = batches.after(row.id, from, tailFrom, limit + 1);
  return {
    ...(typeof after === 'string' && { ...batches.snapshot(row.id), ...markOf(row) }),
    entries: entries.slice(0, limit),
    ...(entries.length > limit && { more: true }),
  };
}

/** The same file for somebody who only looks, while nobody else has it. Throws `StoreError`. */
export function sqliteReader(file: string): Pick<JournalStore, 'list' | 'read' | 'close'> {
  const db = openToRead(file);
  const [rows, batches] = opening(file, db, () => [rowsOf(db), batchesOf(db)] as const);
  return {
    list: async () => rows.living().map(recordOf),
    async read(room, journal, page = {}) {
      const row = rows.named(journal);
      return row?.room === room ? pageOf(batches, row, page) : undefined;
    },
    close: async () => db.close(),
  };
}
