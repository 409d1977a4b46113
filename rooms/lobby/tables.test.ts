import { Decoder, Encoder, type Schema } from '@colyseus/schema';
import { beforeEach, expect, it } from 'vitest';
import { type OpenTable, showTables } from '#rooms/lobby/tables.ts';
import { LobbyState } from '#schema/lobby.ts';

const open = (room: string, players: string[] = [], picture = '', reserved: string[] = []): OpenTable => {
  return {
    room,
    game: 'connect-four',
    phase: players.length === 2 ? 'playing' : 'waiting',
    max: 2,
    players,
    reserved,
    picture,
  };
};

const whole = (tables: OpenTable[]) => ({ whole: true, open: tables, gone: [] });

let state: LobbyState;
let encoder: Encoder;
let seen: LobbyState;
let decoder: Decoder;

beforeEach(() => {
  state = new LobbyState();
  encoder = new Encoder(state as Schema);
  seen = new LobbyState();
  decoder = new Decoder(seen as Schema);
});

/** Sends what changed; answers how many bytes that took. */
function patch(): number {
  const bytes = encoder.encode();
  decoder.decode(bytes);
  encoder.discardChanges();
  return bytes.length;
}

it('[G20] a table appears, fills, is played and disappears', () => {
  showTables(state, whole([open('a', ['ann'])]));
  patch();
  expect(seen.tables.get('a')?.toJSON()).toEqual({ ...open('a', ['ann']), taken: 1 });
  showTables(state, whole([open('a', ['ann', 'bea'], '.0.'), open('b')]));
  patch();
  expect(seen.tables.get('a')?.toJSON()).toEqual({ ...open('a', ['ann', 'bea'], '.0.'), taken: 2 });
  expect([...seen.tables.keys()]).toEqual(['a', 'b']);
  showTables(state, whole([open('a', ['ann', 'bea'], '.0.'), open('b', [], '', ['ann', 'bea'])]));
  patch();
  expect(seen.tables.get('b')?.toJSON()).toMatchObject({ reserved: ['ann', 'bea'] });
  showTables(state, whole([open('b')]));
  patch();
  expect([...seen.tables.keys()]).toEqual(['b']);
});

it('[P31] of many tables those that changed are touched', () => {
  showTables(state, whole([open('a', ['ann']), open('b'), open('c')]));
  patch();
  showTables(state, { whole: false, open: [open('c', ['cat'])], gone: ['b', 'never shown'] });
  patch();
  expect([...seen.tables].map(([room, { taken }]) => [room, taken])).toEqual([
    ['a', 1],
    ['c', 1],
  ]);
});

it('[G20] seats that empty and refill are shown correctly', () => {
  for (const players of [['ann'], [], ['bea'], ['bea', 'cat'], ['cat']]) {
    showTables(state, whole([open('a', players)]));
    patch();
    expect([...(seen.tables.get('a')?.players ?? [])]).toEqual(players);
  }
});

it('[G20] an unchanged table costs no bytes', () => {
  const tables = [open('a', ['ann']), open('b', ['bea', 'cat'], '01')];
  showTables(state, whole(tables));
  expect(patch()).toBeGreaterThan(0);
  showTables(state, whole(structuredClone(tables)));
  expect(patch()).toBe(0);
});
