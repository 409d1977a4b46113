/** The same Idempotency-Key opens one match, however often and wherever it is sent, and for a day after. */
import type { IdempotencyStore } from '#db/stores/idempotency-keys.ts';
import type { OpenMatch } from '#server/matchmaking/orders.ts';

export type OncePorts = {
  open: OpenMatch;
  /** The match as it stands. */
  find(room: string): ReturnType<OpenMatch>;
  keys: Pick<IdempotencyStore, 'claim' | 'settle' | 'release'>;
  hash(purpose: string, value: string): string;
};

export function openOnce({ open, find, keys, hash }: OncePorts): OpenMatch {
  return async (order) => {
    const { idempotencyKey, roles: _, ...asked } = order;
    if (idempotencyKey === undefined) return open(order);
    const id = hash('idempotency', JSON.stringify(['matches', asked.player, idempotencyKey]));
    const digest = hash('idempotency', JSON.stringify(asked));
    const claimed = await keys.claim(id, digest, Date.now());
    if (!claimed.first) {
      if (claimed.digest !== digest) return { refused: 'key-reused', field: 'Idempotency-Key' };
      return claimed.result === undefined ? { refused: 'under-way' } : find(claimed.result);
    }
    const opened = await open(order).catch(async (error) => {
      await keys.release(id);
      throw error;
    });
    if ('refused' in opened) await keys.release(id);
    else await keys.settle(id, opened.room);
    return opened;
  };
}
