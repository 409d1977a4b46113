/** Rooms that were quarantined, by the journal that says so. */
import { exportOf } from '#rooms/host/export.ts';
import { readAll } from '#rooms/host/pages.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore, RoomIndex, RoomRecord, Seal } from '#rooms/ports.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { Quarantined, QuarantinePorts } from '#server/rooms/quarantine-ports.ts';

export type QuarantineRoomPorts = {
  store: Pick<JournalStore, 'find' | 'roomsBy' | 'machines' | 'read' | 'retry' | 'claim' | 'end'>;
  seal: Seal;
  machines: readonly AnyMachine[];
  /** Asks whoever has the room, or should have it, to run it. */
  wake(room: string): Promise<RefusalCode | undefined>;
};

/** Who claims a room to end it: no process, so each that still has the room loses it. */
const ENDER = 'an administrator';

export function openQuarantine({ store, seal, machines, wake }: QuarantineRoomPorts): QuarantinePorts {
  const machineOf = ({ machine }: Pick<RoomRecord, 'machine'>) => machines.find(({ name }) => name === machine);

  /** Why nobody runs it. The journal does not know which machines there are. */
  function reasonOf(record: RoomRecord | undefined): string | undefined {
    if (!record || record.ended) return undefined;
    return record.quarantined ?? (machineOf(record) ? undefined : `there is no machine "${record.machine}" here`);
  }

  async function one(room: string): Promise<Quarantined | undefined> {
    const record = await store.find(room);
    const reason = reasonOf(record);
    if (!record || reason === undefined) return undefined;
    const { machine, epoch } = record;
    return { room, machine, epoch, reason };
  }

  return {
    async quarantined() {
      const unknown = (await store.machines()).filter((name) => !machineOf({ machine: name }));
      const indexes: RoomIndex[] = ['quarantined', ...unknown.map((machine) => ({ machine }))];
      const rooms = new Set((await Promise.all(indexes.map((index) => store.roomsBy(index)))).flat());
      return (await Promise.all([...rooms].map(one))).filter((found) => found !== undefined);
    },

    quarantinedRoom: one,

    async retry(room, acceptUnproven = false) {
      const record = await store.find(room);
      if (!record) return { refused: 'no-such-room' };
      if (record.ended) return { refused: 'room-ended' };
      await store.retry(room, acceptUnproven);
      let refused = await wake(room);
      // Somebody who asked for it a moment ago is answered as things were then.
      if (refused === 'room-quarantined' && (await store.find(room))?.quarantined === undefined)
        refused = await wake(room);
      if (refused === undefined) return undefined;
      const reason = reasonOf(await store.find(room));
      return reason === undefined ? { refused } : { refused, reason };
    },

    async end(room) {
      const record = await store.find(room);
      if (!record) return 'no-such-room';
      if (reasonOf(record) === undefined) return record.ended ? 'room-ended' : 'room-alive';
      const claim = await store.claim(room, ENDER, record.epoch);
      if (claim === 'lost') return 'room-restoring'; // somebody tries it again at this moment
      if (claim === 'gone') return 'room-ended';
      await store.end(claim, machineOf(record)?.keeps !== 'state');
      return undefined;
    },

    async keeps(room) {
      const record = await store.find(room);
      return record && { written: machineOf(record)?.kind !== 'match' };
    },

    async log(room) {
      const record = await store.find(room);
      const kept = record && (await readAll(store, record));
      return kept && exportOf(seal, record, kept);
    },
  };
}
