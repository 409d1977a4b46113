/** Everything that a host asks of a machine between two batches, asked once. */
import { HookFault } from '#rooms/kernel/fault.ts';
import { guarded } from '#rooms/kernel/hooks.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import { fullState, seenBy } from '#rooms/kernel/seen.ts';
import { BOT_PLAYER } from '#schema/states.ts';

/** Seats that are shown their state; a room with more has parts so alike that the first tell for the others. */
const MAX_SHOWN = 16;

/** @throws HookFault. What is wrong with a bot is not: it gives its seat up, and the room goes on. */
export function checkHooks(replica: Replica): void {
  const { hooks, seats, genesis } = replica;
  replica.nextWake();
  hooks.listing();
  hooks.ticks();
  for (const seat of [-1, ...seats.held().slice(0, MAX_SHOWN)]) guarded('state', () => fullState(replica, seat));
  const bot = seats.of(BOT_PLAYER);
  if (bot < 0) return;
  try {
    hooks.bot(seenBy(replica, bot), bot, keyedRandom(genesis.seed, 0));
  } catch (error) {
    if (!(error instanceof HookFault)) throw error;
  }
}
