/** Rows in memory, for tests and throw-away servers. Payloads are copied in and out, as a database would. */
import type { Payload, Rows } from '#server/identity/embedded/rows.ts';

type Row = { kind: string; id: string; keys: readonly string[]; payload: Payload; until: number };

export function memoryRows(now: () => number = Date.now): Rows {
  const rows = new Map<string, Row>();
  const at = (kind: string, id: string) => `${kind}\n${id}`;

  function alive(kind: string): Row[] {
    for (const [place, row] of rows) if (row.until <= now()) rows.delete(place);
    return [...rows.values()].filter((row) => row.kind === kind);
  }
  const first = (kind: string, fits: (row: Row) => boolean) => {
    const row = alive(kind).find(fits);
    return row && structuredClone(row.payload);
  };

  return {
    async upsert(kind, id, payload, expiresIn) {
      const until = expiresIn === undefined ? Number.POSITIVE_INFINITY : now() + expiresIn * 1000;
      const keys = rows.get(at(kind, id))?.keys ?? [];
      rows.set(at(kind, id), { kind, id, keys, payload: structuredClone(payload), until });
    },
    async insert(kind, id, key, payload, further = []) {
      const keys = [key, ...further];
      if (alive(kind).some((row) => row.id === id || row.keys.some((taken) => keys.includes(taken)))) return false;
      rows.set(at(kind, id), { kind, id, keys, payload: structuredClone(payload), until: Number.POSITIVE_INFINITY });
      return true;
    },
    find: async (kind, id) => first(kind, (row) => row.id === id),
    findByKey: async (kind, key) => first(kind, (row) => row.keys[0] === key),
    findByUid: async (kind, uid) => first(kind, (row) => row.payload.uid === uid),
    findByUserCode: async (kind, userCode) => first(kind, (row) => row.payload.userCode === userCode),
    async list(kind, accountId) {
      return alive(kind)
        .filter((row) => accountId === undefined || row.payload.accountId === accountId)
        .map((row) => structuredClone(row.payload));
    },
    async consume(kind, id) {
      const row = rows.get(at(kind, id));
      if (!row || row.payload.consumed !== undefined) return false;
      row.payload.consumed = Math.floor(now() / 1000);
      return true;
    },
    async destroy(kind, id) {
      rows.delete(at(kind, id));
    },
    async revokeByGrantId(kind, grantId) {
      for (const row of alive(kind)) if (row.payload.grantId === grantId) rows.delete(at(kind, row.id));
    },
  };
}
