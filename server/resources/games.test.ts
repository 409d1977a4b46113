import { expect, it } from 'vitest';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { fuse } from '#rooms/testing/misbehaving.ts';
import { probe } from '#rooms/testing/probe.ts';
import { gameOf } from '#server/resources/games.ts';

it('[R7] a game is listed with the minimum and maximum seats of its machine', () => {
  expect(gameOf(fuse)).toEqual({
    name: 'fuse',
    seats: { min: 2, max: 3 },
    realtime: true,
    bot: true,
    refusals: {},
    options: { type: 'object', properties: {}, additionalProperties: false },
  });
  expect(gameOf(connectFour).refusals).toEqual({ 'connect-four/column-full': 'That column is full.' });
  const { rate: _, ...still } = probe;
  expect(gameOf({ ...still, seats: { min: 3, max: 6, lapseMs: 1 } })).toMatchObject({
    seats: { min: 3, max: 6 },
    realtime: false,
    bot: false,
  });
  expect(gameOf({ ...still, seats: { max: 6, lapseMs: 1 } })).toMatchObject({ seats: { min: 1, max: 6 } });
});
