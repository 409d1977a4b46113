import { expect, it } from 'vitest';
import type { Stored } from '#rooms/ports.ts';
import { type Appended, type Claimed, printOf } from './deeds.ts';
import { findTwins } from './twins.ts';

const room = { room: 'm-1', journal: 'j1' };
const bytes = (n: number) => Uint8Array.of(n);
const claimed = (epoch: number, at: number): Claimed => ({ k: 'claimed', ...room, epoch, from: at, to: at + 1 });
const appended = (n: number, epoch: number, at: number, content = n): Appended => {
  return { k: 'appended', ...room, epoch, n, print: printOf(bytes(content)), from: at, to: at + 1 };
};
const log = (...entries: [n: number, epoch: number][]) => {
  const stored = entries.map(([n, epoch]): Stored => ({ n, epoch, bytes: bytes(n) }));
  return new Map([['j1', stored]]);
};
const first = { owner: 'a', deeds: [claimed(1, 0), appended(1, 1, 10), appended(2, 1, 20)] };

it('[X10] a room that moves has one owner at a time', () => {
  const second = { owner: 'b', deeds: [claimed(2, 30), appended(3, 2, 40)] };
  expect(findTwins([first, second], log([0, 1], [1, 1], [2, 1], [3, 2]))).toEqual({ twins: [], missing: [] });
});

it("[X10] an append in flight during the successor's claim is no twin", () => {
  const second = { owner: 'b', deeds: [claimed(2, 20.5), appended(3, 2, 40)] };
  expect(findTwins([first, second], log([1, 1], [2, 1], [3, 2])).twins).toEqual([]);
});

it('[X10] one epoch with two owners is detected', () => {
  const second = { owner: 'b', deeds: [claimed(1, 30)] };
  expect(findTwins([first, second], log([1, 1], [2, 1])).twins).toEqual(['m-1: a and b both claimed epoch 1']);
});

it('[X10] a batch written by two owners and an overwritten batch are detected', () => {
  const second = { owner: 'b', deeds: [appended(2, 1, 40)] };
  expect(findTwins([first, second], log([1, 1], [2, 1])).twins).toHaveLength(1);
  const again = { owner: 'a', deeds: [...first.deeds, appended(2, 1, 40, 9)] };
  expect(findTwins([again], log([1, 1], [2, 1])).twins).toHaveLength(1);
});

it("[X10] a write after the successor's claim is detected, and is missing where it has no effect", () => {
  const zombie = { owner: 'a', deeds: [...first.deeds, appended(3, 1, 50)] };
  const second = { owner: 'b', deeds: [claimed(2, 30)] };
  const { twins, missing } = findTwins([zombie, second], log([1, 1], [2, 1]));
  expect(twins).toEqual(['m-1: a wrote batch 3 at epoch 1, after b had claimed 2']);
  expect(missing).toEqual(['m-1: batch 3 of epoch 1 was acknowledged, and is not there']);
});

it('[X10] a log with decreasing epochs is detected, and so is a replaced batch', () => {
  expect(findTwins([], log([1, 2], [2, 1])).twins).toEqual(['j1: batch 2 of epoch 1 lies after batch 1 of epoch 2']);
  expect(findTwins([first], log([1, 1], [2, 2])).missing).toHaveLength(1);
});

it('[X10] trimmed entries do not count as missing', () => {
  expect(findTwins([first], log([2, 1])).missing).toEqual([]);
  expect(findTwins([first], new Map()).missing).toEqual([]);
});
