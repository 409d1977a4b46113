import { expect, it } from 'vitest';
import { sweepSockets } from '#server/limits/sweep.ts';

it('[N7] the sweep cuts a client over the bound or without a join acknowledgement for 15 s, and no other', () => {
  const ended: string[] = [];
  const cut: string[] = [];
  const socket = (name: string, bufferedAmount: number, joined: boolean, since: number) => ({
    bufferedAmount,
    joined,
    since,
    terminate: () => {
      ended.push(name);
    },
  });
  const sockets = [
    socket('quick', 0, true, 0),
    socket('at the bound', 1_000, true, 0),
    socket('behind', 1_001, true, 20_000),
    socket('behind, and not joined', 1_001, false, 20_000),
    socket('about to join', 0, false, 5_001),
    socket('never joined', 0, false, 5_000),
  ];
  sweepSockets({ sockets, maxBuffered: 1_000, cut: (reason) => cut.push(reason) }, 20_000);
  expect(ended).toEqual(['behind', 'behind, and not joined', 'never joined']);
  expect(cut).toEqual(['slow-reader', 'slow-reader', 'never-joined']);
});
