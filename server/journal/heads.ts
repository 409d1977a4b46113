/**
 * What the embedded journal knows of every room that has not ended. The file is locked to this process,
 * so memory and file agree, and a fence or a listing reads no disk.
 */
import type { Claim, RoomIndex, RoomRecord } from '#rooms/ports.ts';
import type { Batches } from '#server/journal/batches.ts';
import type { Row, Rows } from '#server/journal/rows.ts';

/** `last`: the newest batch. `tailFrom`: none of the journal's batches lie in the tail before that place. */
export type Head = Row & { last: number; tailFrom: number };

type Index = { named: Map<string, Head>; of: Map<string, Head>; place: number; tail: number };

export function headsOf(rows: Rows, batches: Batches) {
  let index: Index | undefined;

  /** Reads anew after a lost transaction. */
  const known = (): Index => {
    index ??= read(rows);
    return index;
  };

  return {
    forget: () => {
      index = undefined;
    },
    named: (journal: string) => known().named.get(journal),
    of: (room: string) => known().of.get(room),
    all: () => [...known().named.values()],
    /** No disk is read: see `RoomIndex`. */
    by: (index: RoomIndex) => distinct(known(), ({ room }) => room, indexed(index)),
    owners: () => distinct(known(), ({ owner }) => owner, isUnsettled),
    machines: () => distinct(known(), ({ machine }) => machine),
    /** Batches in the tail. */
    tail: () => known().tail,

    create({ room, journal, machine, epoch }: Claim, owner: string): Head {
      const id = rows.insert(journal, room, machine, owner);
      const fields = { id, name: journal, room, machine, epoch, owner, settled: -1, deadline: null };
      const head = {
        ...fields,
        attempts: 0,
        quarantined: null,
        mark: null,
        unproven: 0,
        ended: 0,
        last: -1,
        tailFrom: known().place,
      };
      known().named.set(journal, head);
      known().of.set(room, head);
      return head;
    },

    append(head: Head, n: number, bytes: Uint8Array): void {
      const at = known();
      batches.append(at.place++, head.id, n, head.epoch, bytes);
      at.tail++;
      head.last = n;
    },

    trim(head: Head, n: number): void {
      batches.trim(head.id, n, head.tailFrom);
      if (n === head.last) head.tailFrom = known().place;
    },

    remove(head: Head): void {
      known().named.delete(head.name);
      known().of.delete(head.room);
    },

    /** Not within a transaction: it is one of its own. */
    gatherTail(): void {
      const at = known();
      batches.gatherTail();
      at.tail = 0;
      for (const head of at.named.values()) head.tailFrom = at.place;
    },
  };
}

const isUnsettled = ({ last, settled, quarantined }: Head) => quarantined === null && last > settled;

function indexed(index: RoomIndex): (head: Head) => boolean {
  if (index === 'quarantined') return ({ quarantined }) => quarantined !== null;
  if ('machine' in index) return ({ machine }) => machine === index.machine;
  return (head) => head.owner === index.unsettledOf && isUnsettled(head);
}

function distinct(
  { named }: Index,
  of: (head: Head) => string,
  wanted: (head: Head) => boolean = () => true,
): string[] {
  return [...new Set([...named.values()].filter(wanted).map(of))];
}

function read(rows: Rows): Index {
  const { place, size } = rows.tail();
  const heads = rows.living().map((row) => ({ ...row, tailFrom: 1 }));
  return {
    named: new Map(heads.map((head) => [head.name, head])),
    of: new Map(heads.map((head) => [head.room, head])),
    place,
    tail: size,
  };
}

export function recordOf(row: Row & { last?: number }): RoomRecord {
  const {
    room,
    name,
    machine,
    epoch,
    owner,
    deadline,
    attempts,
    quarantined,
    settled,
    last = settled,
    ended,
    unproven,
  } = row;
  return {
    room,
    journal: name,
    machine,
    epoch,
    owner,
    unsettled: last > settled,
    attempts,
    ended: ended === 1,
    ...(deadline !== null && { deadline }),
    ...(quarantined !== null && { quarantined }),
    ...(unproven === 1 && { acceptsUnproven: true }),
  };
}
