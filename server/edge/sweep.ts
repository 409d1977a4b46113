/**
 * Polls for missed events: claims made while Redis was unavailable, and processes that are gone although the kernel
 * still accepts bytes for them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Members } from '#server/cluster/ports.ts';
import { serves } from '#server/edge/roster.ts';
import type { Splices } from '#server/edge/splices.ts';

const EVERY_MS = 1_000;
/** Members are cached; each room costs a Redis query. */
const ROOMS_EVERY = 10;

/** Returns how to stop. */
export function sweep(
  splices: Splices,
  members: Pick<Members, 'locationOf' | 'alive'>,
  everyMs = EVERY_MS,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const look = async () => {
    let before: ReadonlySet<string> = new Set();
    for (let round = 1; !signal.aborted; round++) {
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => {});
      const alive = (await members.alive().catch(() => [])).filter(serves).map(({ id }) => id);
      // Twice in a row, and not if all are gone, which means that Redis is unavailable.
      if (alive.length > 0 && !signal.aborted) splices.missed(new Set([...before, ...alive]));
      before = new Set(alive);
      if (round % ROOMS_EVERY === 0) await lookUp(splices, members, signal);
    }
  };
  // Redis queries do not reject here; a bug that rejects ends the polling and closes no socket.
  look().catch(() => {});
  return () => stopped.abort();
}

async function lookUp(splices: Splices, members: Pick<Members, 'locationOf'>, signal: AbortSignal): Promise<void> {
  for (const room of splices.rooms()) {
    if (signal.aborted) return;
    const location = await members.locationOf(room).catch(() => undefined);
    if (location?.at === 'member') splices.claimed(room, location.member.id, location.epoch);
  }
}
