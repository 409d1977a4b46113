import { expect, it } from 'vitest';
import { board } from '#rooms/games/connect-four/board.ts';
import { botColumn } from '#rooms/games/connect-four/bot.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';

/** What the bot, seat 0, answers over many draws. */
function answers(picture: string): number[] {
  const drawn = Array.from({ length: 200 }, (_, seq) => botColumn(board(picture), 0, 1, keyedRandom([7], seq)));
  return [...new Set(drawn)].sort((a, b) => a - b);
}

it('[G14] the bot wins when it can, even where it could also block', () => {
  const position = `
    . 1 . . . . .
    . 1 . . . . .
    . 1 0 0 0 . .
  `;
  expect(answers(position)).toEqual([5]);
});

it('[G14] the bot blocks when it must', () => {
  const position = `
    . . 1 . . . .
    0 . 1 . . . .
    0 . 1 . . . 0
  `;
  expect(answers(position)).toEqual([2]);
});

it('[G14] the bot otherwise plays any open column, the middle one most often', () => {
  expect(answers('. . . . . . .')).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const drawn = Array.from({ length: 1600 }, (_, seq) => botColumn(board(''), 0, 1, keyedRandom([7], seq)));
  const middle = drawn.filter((column) => column === 3).length;
  const edge = drawn.filter((column) => column === 0).length;
  expect(middle).toBeGreaterThan(2 * edge);
});

it('[G14] the bot never plays a full column', () => {
  const position = `
    0 . . 0 . . .
    1 . . 1 . . .
    1 . . 1 . . .
    0 . . 0 . . .
    1 . . 1 . . .
    0 . . 0 . . .
  `;
  expect(answers(position)).toEqual([1, 2, 4, 5, 6]);
});
