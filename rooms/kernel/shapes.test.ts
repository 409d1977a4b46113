import { schema, t } from '@colyseus/schema';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Batch, Genesis } from '#rooms/kernel/log.ts';
import { decodeEntry, encodeEntry } from '#rooms/kernel/log.ts';
import { retrace } from '#rooms/kernel/replay.ts';
import type { Snapshot } from '#rooms/kernel/snapshot.ts';
import { build, dump } from '#rooms/kernel/tree.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import { newer, release } from '#rooms/testing/shaped.ts';
import { bytesField } from '#schema/bytes.ts';
import { numbered } from '#schema/numbered.ts';
import { FIRST_FIELD, MatchState, RoomState } from '#schema/states.ts';

// biome-ignore lint/suspicious/noExplicitAny: schema metadata is untyped
const numberOf = (of: any, field: string): number => of[Symbol.metadata][field];

let genesis: Genesis;
let batches: Batch[];
let snapshot: Snapshot;
let refIds: number[];
beforeEach(() => {
  const room = new Rehearsal(release());
  for (const text of ['-', 'two', 'three']) room.do('ann', 'note', text);
  room.apply({ k: 'adopt', gap: 0 });
  (room.log[3] as Batch).hash = room.replica.hash();
  ({ genesis } = room);
  batches = room.log.slice(0, 3);
  batches.push({ ...(room.log[3] as Batch), hash: room.replica.hash() });
  snapshot = decodeEntry<Snapshot>(encodeEntry(room.replica.snapshot('test')));
  refIds = room.replica.refIds();
});

describe.each(Object.entries(newer))('[K14] an added field %s', (_, changes) => {
  it('keeps state, hash and refIds of an older log and snapshot', () => {
    const machine = release(changes);
    for (const history of [
      { genesis, batches },
      { snapshot, batches: [] },
    ]) {
      const { replica } = retrace(machine, history, 'test');
      expect(replica.hash()).toBe((batches.at(-1) as Batch).hash);
      expect(replica.refIds()).toEqual(expect.arrayContaining(refIds));
      expect(Math.max(...replica.refIds())).toBeLessThan(replica.snapshot('').nextRefId);
    }
  });

  it('keeps the numbers of the game on the wire', () => {
    const [before, after] = [release().State, release(changes).State];
    for (const field of ['seq', 'phase', 'lines', 'cells', 'score']) {
      expect(numberOf(after, field), field).toBe(numberOf(before, field));
    }
  });
});

describe('[K14] a log that this code cannot represent is refused by name', () => {
  it('a removed field', () => {
    const written = { ...snapshot, state: { ...(snapshot.state as object), tempo: 3 } };
    expect(() => retrace(release(), { snapshot: written, batches: [] }, 'test')).toThrow('G has no field "tempo" here');
  });

  it('a changed default', () => {
    const defaults = { 'G.score': 7, 'Line.text': '-' };
    for (const history of [
      { genesis: { ...genesis, defaults }, batches },
      { snapshot, batches: [] },
    ]) {
      expect(() => retrace(release({ score: 8 }), history, 'test')).toThrow('the default of G.score is 8 here, not 7');
      expect(() => retrace(release(), history, 'test')).not.toThrow();
    }
  });

  it('a base without free field numbers', () => {
    expect(() => numbered(0, 2, { a: t.int8(), b: t.int8(), c: t.int8() })).toThrow('do not hold 3 fields');
  });
});

it('[K14] the base states of all rooms and matches keep their field numbers', () => {
  expect(numberOf(RoomState, `_${FIRST_FIELD.room - 1}`)).toBe(FIRST_FIELD.room - 1);
  expect(numberOf(MatchState, `_${FIRST_FIELD.match - 1}`)).toBe(FIRST_FIELD.match - 1);
  expect(numberOf(ConnectFour, 'cells')).toBe(FIRST_FIELD.match);
});

it('[K13] a dump names fields, omits defaults, and keeps bytes and removed items', () => {
  const Blob = schema(
    {
      bytes: bytesField(),
      at: t.int8().default(4),
      off: t.int8().default(4),
      held: t.array('int8'),
    },
    'B',
  );
  const blob = new Blob();
  Object.assign(blob, { bytes: Uint8Array.of(0, 255), off: undefined });
  const dumped = decodeEntry<{ it: never }>(encodeEntry({ it: dump(blob, false) })).it;
  expect(dumped).toEqual({ bytes: Uint8Array.of(0, 255), off: null });
  expect(dump(build(Blob, dumped), false)).toEqual(dumped);
});

it('[K13] a run of idle steps is one entry with separate draws per step; inputs reach their own step', () => {
  const room = new Rehearsal(release());
  room.ticks(3);
  room.apply({ k: 'tick', inputs: [[1, Uint8Array.of(9)]] });
  const { cells } = room.state as unknown as { cells: number[] };
  expect(room.replica.tick).toBe(4);
  expect(new Set(cells.slice(3)).size).toBeGreaterThan(2);
  expect([...cells.slice(0, 3)]).toEqual([0, 9, 0]);
  const { replica } = retrace(
    room.machine,
    { genesis: room.genesis, batches: room.log.map((one) => decodeEntry<Batch>(encodeEntry(one))) },
    'test',
  );
  expect(replica.hash()).toBe(room.replica.hash());
});
