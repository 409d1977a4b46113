/** One room as a document that can be replayed elsewhere: for administrators, and for tests made of faults. */
import { textOf } from '#rooms/kernel/codec.ts';
import { type Batch, decodeEntry, type Genesis, type LogCommand } from '#rooms/kernel/log.ts';
import type { Snapshot } from '#rooms/kernel/snapshot.ts';
import type { Kept, RoomRecord, Seal } from '#rooms/ports.ts';

export const EXPORT_FORMAT = 2;

/** What lies there and cannot be opened. A replay ends before the first of these. */
export type Damage = { what: 'entry' | 'snapshot'; n: number; reason: string };

export type RoomExport = {
  format: typeof EXPORT_FORMAT;
  room: string;
  journal: string;
  machine: string;
  /** Version of the machine's code that wrote the end of it; `''` when nothing can be opened. */
  version: string;
  epoch: number;
  genesis?: Genesis;
  /** Only without a genesis: what came before was trimmed, or cannot be opened. */
  snapshot?: Snapshot;
  /** In order; a batch carries the verdicts of the one before it. */
  batches: (Batch & { n: number })[];
  damage?: Damage[];
  /** Why the room was quarantined. Commands that faulted in play are the `skip`s of the log. */
  fault?: { message: string; seq?: number };
};

type Opened<T> = { n: number; value: T };

/** As tagged JSON (see `codec.ts`). Never throws on damage: the room that needs this most is the one that cannot be read. */
export function exportOf(seal: Seal, record: RoomRecord, { snapshot, entries }: Kept): RoomExport {
  const { room, journal, machine, epoch, quarantined } = record;
  const damage: Damage[] = [];
  const open = <T>(what: Damage['what'], stored: Kept['entries'][number]): Opened<T>[] => {
    try {
      return [{ n: stored.n, value: decodeEntry<T>(seal.open(what, record, stored)) }];
    } catch (error) {
      damage.push({ what, n: stored.n, reason: (error as Error).message });
      return [];
    }
  };
  const isWhole = entries[0]?.n === 0;
  const [genesis] = isWhole ? open<Genesis>('entry', entries[0] as Kept['entries'][number]) : [];
  const [start] = snapshot && !genesis ? open<Snapshot>('snapshot', snapshot) : [];
  const from = genesis ? 1 : (start?.n ?? 0) + 1;
  const batches = entries.filter(({ n }) => n >= from).flatMap((entry) => open<Batch>('entry', entry));
  const nobody = strangers();
  const exported: RoomExport = {
    format: EXPORT_FORMAT,
    room,
    journal,
    machine,
    version: versionAtEnd(genesis?.value ?? start?.value, batches),
    epoch,
    ...(genesis && { genesis: genesis.value }),
    ...(start && { snapshot: nobody.inSnapshot(start.value) }),
    batches: batches.map(({ n, value }) => ({ n, ...value, commands: value.commands.map(nobody.inCommand) })),
    ...(damage.length > 0 && { damage }),
    ...(quarantined !== undefined && { fault: faultOf(quarantined) }),
  };
  return JSON.parse(textOf(exported)) as RoomExport;
}

function versionAtEnd(begun: { version: string } | undefined, batches: Opened<Batch>[]): string {
  return batches.findLast(({ value }) => value.version)?.value.version ?? begun?.version ?? '';
}

function faultOf(message: string): NonNullable<RoomExport['fault']> {
  const seq = seqIn(message);
  return seq === undefined ? { message } : { message, seq };
}

/** `MachineFault` and `Divergence` say where; of a room that was quarantined the store keeps their sentence only. */
function seqIn(message: string): number | undefined {
  const [, seq] = /\bat seq (\d+)\b/.exec(message) ?? [];
  return seq === undefined ? undefined : Number(seq);
}

/** Sessions and liveness are nobody's business outside; the same one gets the same stand-in. */
function strangers() {
  const known = new Map<string, string>();
  const standIn = (kind: string, id: string): string => {
    if (id === '') return id;
    const name = known.get(`${kind}:${id}`) ?? `${kind}-${known.size + 1}`;
    known.set(`${kind}:${id}`, name);
    return name;
  };
  const hidden = <T extends { connectionId: string; session: string; holder?: string }>(one: T): T => ({
    ...one,
    connectionId: standIn('connection', one.connectionId),
    session: standIn('login', one.session),
    ...(one.holder !== undefined && { holder: standIn('holder', one.holder) }),
  });
  return {
    inCommand: (command: LogCommand): LogCommand => (command.k === 'join' ? hidden(command) : command),
    inSnapshot: (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      ledger: { ...snapshot.ledger, seats: snapshot.ledger.seats.map((seat) => seat && hidden(seat)) },
    }),
  };
}
