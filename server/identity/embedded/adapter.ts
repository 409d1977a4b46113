/** Our rows as oidc-provider's adapter. */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Payload, Rows } from '#server/identity/embedded/rows.ts';

/**
 * A spent refresh token works for this long (seconds). Without it, a browser whose refresh was answered
 * into a dying connection comes back with the spent one, and is signed out for it.
 */
const REFRESH_GRACE_S = 30;

export function adapterFactory(rows: Rows, now: () => number = Date.now): (kind: string) => Adapter {
  return (kind) => {
    const shown = (row: Payload | undefined): AdapterPayload | undefined => {
      if (!row || kind !== 'RefreshToken' || typeof row.consumed !== 'number') return row;
      const { consumed, ...fresh } = row;
      return now() / 1000 - consumed < REFRESH_GRACE_S ? fresh : row;
    };
    return {
      upsert: (id, payload, expiresIn) => rows.upsert(kind, id, payload as Payload, expiresIn),
      find: async (id) => shown(await rows.find(kind, id)),
      findByUid: async (uid) => shown(await rows.findByUid(kind, uid)),
      findByUserCode: async (userCode) => shown(await rows.findByUserCode(kind, userCode)),
      async consume(id) {
        const first = await rows.consume(kind, id);
        // A refresh token may be spent again in its grace, which starts with the first use and is not extended.
        if (!first && kind !== 'RefreshToken') throw new errors.InvalidGrant(`${kind} already consumed`);
      },
      destroy: (id) => rows.destroy(kind, id),
      revokeByGrantId: (grantId) => rows.revokeByGrantId(kind, grantId),
    };
  };
}
