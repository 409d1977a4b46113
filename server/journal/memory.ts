/** A journal in memory: for tests, and the model that other implementations are held against. */
import {
  type Claim,
  type JournalStore,
  type Kept,
  PAGE_ENTRIES,
  type Page,
  type RoomIndex,
  type RoomRecord,
  type Stored,
} from '#rooms/ports.ts';
import { beyond, fenced, notNext, taken, used } from '#server/journal/fates.ts';

type Journal = Omit<RoomRecord, 'unsettled'> & {
  mark?: string | undefined;
  entries: Stored[];
  snapshot?: Stored;
  /** The newest batch, trimmed or not. */
  last: number;
  settled: number;
};

/** Lives and dies with the process. */
export function memoryStore(): JournalStore {
  const journals = new Map<string, Journal>();
  const owners = new Map<string, number>();

  const newest = (room: string) => [...journals.values()].findLast((journal) => journal.room === room);
  const living = () => [...journals.values()].filter((journal) => !journal.ended);

  function held(claim: Claim): Journal {
    const journal = journals.get(claim.journal);
    if (!journal || journal.ended || journal.epoch !== claim.epoch) throw fenced(claim);
    return journal;
  }

  return {
    async create(room, machine, journal, owner, genesis) {
      const claim = { room, journal, machine, epoch: 1 };
      const old = newest(room);
      if (old && !old.ended)
        return old.journal === journal && old.owner === owner && old.epoch === 1 ? claim : 'exists';
      if (journals.has(journal)) throw used(claim);
      const entries = [{ n: 0, epoch: 1, bytes: genesis.slice() }];
      journals.set(journal, { ...claim, owner, attempts: 0, ended: false, entries, last: 0, settled: -1 });
      return claim;
    },

    async find(room) {
      const journal = newest(room);
      return journal && recordOf(journal);
    },

    async list() {
      return living().map(recordOf);
    },

    async roomsBy(index) {
      return living()
        .filter(indexed(index))
        .map(({ room }) => room);
    },

    async owners() {
      return [
        ...new Set(
          living()
            .filter(isUnsettled)
            .map(({ owner }) => owner),
        ),
      ];
    },

    async machines() {
      return [...new Set(living().map(({ machine }) => machine))];
    },

    async due(at, limit) {
      return living()
        .filter((journal) => journal.quarantined === undefined && journal.last === journal.settled)
        .filter((journal) => journal.deadline !== undefined && journal.deadline <= at)
        .sort((a, b) => (a.deadline ?? 0) - (b.deadline ?? 0))
        .slice(0, limit)
        .map(recordOf);
    },

    async claim(room, owner, expect) {
      const journal = newest(room);
      if (!journal || journal.ended) return 'gone';
      if (expect !== undefined && journal.epoch !== expect) return 'lost';
      journal.epoch++;
      journal.owner = owner;
      return { room, journal: journal.journal, machine: journal.machine, epoch: journal.epoch };
    },

    async load(claim, page = {}) {
      return pageOf(held(claim), { after: 'snapshot', ...page });
    },

    async entry(claim, n) {
      const found = held(claim).entries.find((entry) => entry.n === n);
      return found && copy(found);
    },

    async read(room, journal, page = {}) {
      const found = journals.get(journal);
      return found?.room === room ? pageOf(found, page) : undefined;
    },

    async append(claim, n, bytes) {
      const journal = held(claim);
      if (n === journal.last + 1) {
        journal.entries.push({ n, epoch: claim.epoch, bytes: bytes.slice() });
        journal.last = n;
        return;
      }
      const there = journal.entries.find((entry) => entry.n === n);
      if (!there) throw notNext(claim, n, journal.last);
      if (there.epoch !== claim.epoch || Buffer.compare(there.bytes, bytes) !== 0) throw taken(claim, n);
    },

    async snapshot(claim, n, bytes, trim) {
      const journal = held(claim);
      if (n > journal.last) throw beyond(claim, n, journal.last);
      if (journal.snapshot && n < journal.snapshot.n) return;
      journal.snapshot = { n, epoch: claim.epoch, bytes: bytes.slice() };
      if (trim) journal.entries = journal.entries.filter((entry) => entry.n > n);
    },

    async settle(claim, n, deadline, mark) {
      const journal = held(claim);
      if (n > journal.last) throw beyond(claim, n, journal.last);
      if (n === journal.last) Object.assign(journal, { settled: n, deadline, mark, acceptsUnproven: undefined });
    },

    async restoring(claim) {
      return ++held(claim).attempts;
    },

    async restored(claim) {
      const journal = journals.get(claim.journal);
      if (journal && !journal.ended) journal.attempts = 0;
    },

    async quarantine(room, reason) {
      const journal = newest(room);
      if (journal && !journal.ended) Object.assign(journal, { quarantined: reason, acceptsUnproven: undefined });
    },

    async retry(room, unproven = false) {
      const journal = newest(room);
      if (journal && !journal.ended)
        Object.assign(journal, { quarantined: undefined, attempts: 0, acceptsUnproven: unproven || undefined });
    },

    async end(claim, keep) {
      const journal = journals.get(claim.journal);
      if (!journal || (journal.ended && journal.epoch === claim.epoch)) return;
      Object.assign(held(claim), { ended: true, deadline: undefined, settled: journal.last });
      if (!keep) journals.delete(claim.journal);
    },

    async alive(owner, at) {
      owners.set(owner, at);
    },

    async lastAlive(owner) {
      return owners.get(owner);
    },

    async scrub() {},

    async close() {},
  };
}

const isUnsettled = ({ last, settled, quarantined }: Journal) => quarantined === undefined && last > settled;

function indexed(index: RoomIndex): (journal: Journal) => boolean {
  if (index === 'quarantined') return ({ quarantined }) => quarantined !== undefined;
  if ('machine' in index) return ({ machine }) => machine === index.machine;
  return (journal) => journal.owner === index.unsettledOf && isUnsettled(journal);
}

function recordOf(journal: Journal): RoomRecord {
  const { entries, snapshot, last, settled, deadline, quarantined, mark, acceptsUnproven, ...record } = journal;
  return {
    ...record,
    unsettled: last > settled,
    ...(deadline !== undefined && { deadline }),
    ...(quarantined !== undefined && { quarantined }),
    ...(acceptsUnproven && { acceptsUnproven }),
  };
}

function pageOf({ snapshot, mark, entries }: Journal, { after = 'start', limit = PAGE_ENTRIES }: Page): Kept {
  const from = typeof after === 'number' ? after : after === 'snapshot' ? (snapshot?.n ?? -1) : -1;
  const later = entries.filter(({ n }) => n > from);
  return {
    entries: later.slice(0, limit).map(copy),
    ...(later.length > limit && { more: true }),
    ...(typeof after === 'string' && {
      ...(snapshot && { snapshot: copy(snapshot) }),
      ...(mark !== undefined && { mark }),
    }),
  };
}

const copy = (stored: Stored): Stored => ({ ...stored, bytes: stored.bytes.slice() });
