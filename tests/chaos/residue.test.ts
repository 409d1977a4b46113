import { describe, expect, it } from 'vitest';
import { LOG_FORMAT, type LogCommand } from '#rooms/kernel/log.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import type { RoomRecord } from '#rooms/ports.ts';
import { ARENA } from './orders.ts';
import { type Around, ghostListings, ghostsIn, hiddenRooms } from './residue.ts';

const record: RoomRecord = {
  room: 'm-1',
  journal: 'j1',
  machine: ARENA.name,
  epoch: 2,
  owner: 'a',
  unsettled: true,
  attempts: 0,
  ended: false,
};
const fine: Around = {
  records: [record],
  listings: [{ roomId: 'm-1', processId: 'a' }],
  listed: ['m-1'],
  living: new Set(['a', 'b']),
  used: new Set(['m-1']),
};

describe('listings', () => {
  it('[X11] a listed room of a live owner is neither ghost nor hidden', () => {
    expect([...ghostListings(fine), ...hiddenRooms(fine)]).toEqual([]);
  });

  it('[X11] a listing of a dead process, of an ended room or of a former owner is a ghost', () => {
    expect(ghostListings({ ...fine, living: new Set(['b']) })).toHaveLength(1);
    expect(ghostListings({ ...fine, records: [] })).toHaveLength(1);
    expect(ghostListings({ ...fine, records: [{ ...record, owner: 'b' }] })).toHaveLength(1);
  });

  it('[X11] a room in play that is missing from either list is hidden; an unloaded one is not', () => {
    expect(hiddenRooms({ ...fine, listed: [] })).toHaveLength(1);
    expect(hiddenRooms({ ...fine, listings: [] })).toHaveLength(1);
    expect(hiddenRooms({ ...fine, listed: [], listings: [], used: new Set() })).toEqual([]);
  });
});

describe('the end of a log', () => {
  const AT = 1_000_000;
  const genesis = {
    format: LOG_FORMAT,
    machine: ARENA.name,
    version: '',
    room: 'm-1',
    journal: 'j1',
    config: {},
  } as const;

  function room(...commands: LogCommand[]): Replica {
    const replica = Replica.genesis(ARENA, { ...genesis, seed: [1], createdAt: AT });
    const join: LogCommand = { k: 'join', player: 'ada', connectionId: 's1', session: 'l1' };
    replica.apply({ now: AT, commands: [join, ...commands] });
    return replica;
  }
  const drop: LogCommand = { k: 'drop', seat: 0, generation: 1 };

  it('[X11] an occupied seat whose player is gone is a ghost', () => {
    expect(ghostsIn(room(), new Set(['ada']), AT)).toEqual([]);
    expect(ghostsIn(room(), new Set(), AT)).toHaveLength(1);
  });

  it('[X11] a held seat is a ghost only past its deadline', () => {
    const { lapseMs } = ARENA.seats;
    expect(ghostsIn(room(drop), new Set(), AT + lapseMs)).toEqual([]);
    expect(ghostsIn(room(drop), new Set(), AT + 2 * lapseMs)).toHaveLength(1);
  });
});
