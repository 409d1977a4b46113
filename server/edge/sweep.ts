/**
 * Looks for what nobody told of: claims that were made while Redis was away, and processes that are not heard of any
 * more although the kernel still takes bytes for them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Members } from '#server/cluster/ports.ts';
import { serves } from '#server/edge/roster.ts';
import type { Splices } from '#server/edge/splices.ts';

const EVERY_MS = 1_000;
/** Members are known here; each room is a question to Redis. */
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
      // Twice in a row, and not when all are gone: then it is Redis that is away.
      if (alive.length > 0 && !signal.aborted) splices.missed(new Set([...before, ...alive]));
      before = new Set(alive);
      if (round % ROOMS_EVERY === 0) await lookUp(splices, members, signal);
    }
  };
  // What is asked of Redis does not reject here; a bug that does ends the looking, and no socket with it.
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
