/** Looks all rooms up again now and then: a claim that nobody told us of, while Redis was away, counts too. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Members } from '#server/cluster/ports.ts';
import type { Splices } from '#server/edge/splices.ts';

const EVERY_MS = 10_000;

/** Returns how to stop. */
export function sweep(splices: Splices, members: Pick<Members, 'placeOf'>, everyMs = EVERY_MS): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  void (async () => {
    while (!signal.aborted) {
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => {});
      for (const room of splices.rooms()) {
        if (signal.aborted) return;
        const place = await members.placeOf(room).catch(() => undefined);
        if (place?.at === 'member') splices.claimed(room, place.member.id, place.epoch);
      }
    }
  })();
  return () => stopped.abort();
}
