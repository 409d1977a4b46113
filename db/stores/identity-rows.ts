import { and, asc, eq, gt, isNull, lte, or, type SQL } from 'drizzle-orm';
import type { Db } from '#db/connect.ts';
import type { Sealing } from '#db/sealed.ts';
import { identityKeys as further, identityRows as table } from '#db/tables/identity-rows.ts';

export type Payload = Record<string, unknown>;

export type IdentityRowStore = ReturnType<typeof identityRowStore>;

/**
 * Rows of the embedded identity provider, as JSON. Payloads are sealed; what they are found by (id, key,
 * and the payload's `uid`, `userCode`, `grantId`, `accountId`) is kept as keyed hashes only.
 * Rows past their time are not found. `now` is wall ms.
 */
export function identityRowStore(db: Db, sealing: Sealing, now: () => number = Date.now) {
  const hash = (kind: string, field: string, value: unknown) =>
    typeof value === 'string' ? sealing.hash(`identity/${kind}/${field}`, value) : null;

  function seal(kind: string, id: string, payload: Payload) {
    const idHash = sealing.hash(`identity/${kind}/id`, id);
    return {
      kind,
      idHash,
      uidHash: hash(kind, 'uid', payload.uid),
      userCodeHash: hash(kind, 'user-code', payload.userCode),
      grantHash: hash(kind, 'grant', payload.grantId),
      accountHash: hash(kind, 'account', payload.accountId),
      payload: sealing.sealRow(place(kind, idHash), Buffer.from(JSON.stringify(payload))),
    };
  }

  async function read(kind: string, condition?: SQL): Promise<Payload[]> {
    const alive = or(isNull(table.expiresAt), gt(table.expiresAt, now()));
    const rows = await db
      .select()
      .from(table)
      .where(and(eq(table.kind, kind), condition, alive))
      .orderBy(asc(table.ordinal));
    return rows.map((row) => {
      const plain = sealing.openRow(place(kind, row.idHash), row.payload);
      const payload: Payload = JSON.parse(Buffer.from(plain).toString());
      return row.consumedAt === null ? payload : { ...payload, consumed: Math.floor(row.consumedAt / 1000) };
    });
  }

  const byId = (kind: string, id: string) =>
    and(eq(table.kind, kind), eq(table.idHash, sealing.hash(`identity/${kind}/id`, id)));

  return {
    /** Writes or overwrites; the row's key stays. `expiresIn` is in seconds; without it the row stays. */
    async upsert(kind: string, id: string, payload: Payload, expiresIn?: number): Promise<void> {
      const expiresAt = expiresIn === undefined ? null : now() + expiresIn * 1000;
      const row = { ...seal(kind, id, payload), consumedAt: null, expiresAt };
      await db
        .insert(table)
        .values(row)
        .onConflictDoUpdate({ target: [table.kind, table.idHash], set: row });
    },

    /**
     * Writes a row with keys that are unique within its kind; it is found by the first. False, and nothing is
     * written, when the id or one of the keys is taken.
     */
    async insert(
      kind: string,
      id: string,
      key: string,
      payload: Payload,
      others: readonly string[] = [],
    ): Promise<boolean> {
      const row = { ...seal(kind, id, payload), keyHash: hash(kind, 'key', key) };
      const keys = others.map((other) => ({
        kind,
        keyHash: hash(kind, 'further-key', other) as string,
        idHash: row.idHash,
      }));
      const taken = or(eq(table.idHash, row.idHash), is(table.keyHash, row.keyHash));
      try {
        return await db.transaction(async (tx) => {
          await tx.delete(table).where(and(eq(table.kind, kind), taken, lte(table.expiresAt, now())));
          const written = await tx.insert(table).values(row).onConflictDoNothing().returning({ id: table.idHash });
          if (written.length === 0) return false;
          if (keys.length === 0) return true;
          const held = await tx.insert(further).values(keys).onConflictDoNothing().returning({ id: further.idHash });
          if (held.length < keys.length) throw new KeyTaken();
          return true;
        });
      } catch (error) {
        if (error instanceof KeyTaken) return false;
        throw error;
      }
    },

    find: async (kind: string, id: string) => (await read(kind, byId(kind, id)))[0],
    findByKey: async (kind: string, key: string) => (await read(kind, is(table.keyHash, hash(kind, 'key', key))))[0],
    findByUid: async (kind: string, uid: string) => (await read(kind, is(table.uidHash, hash(kind, 'uid', uid))))[0],
    findByUserCode: async (kind: string, userCode: string) =>
      (await read(kind, is(table.userCodeHash, hash(kind, 'user-code', userCode))))[0],

    /** Oldest first; only those of one account when it is named. */
    list: (kind: string, accountId?: string) =>
      read(kind, accountId === undefined ? undefined : is(table.accountHash, hash(kind, 'account', accountId))),

    /** From now on the payload has `consumed`, in seconds; true for the first who consumes it. */
    async consume(kind: string, id: string): Promise<boolean> {
      const unspent = and(byId(kind, id), isNull(table.consumedAt));
      return ((await db.update(table).set({ consumedAt: now() }).where(unspent)).rowCount ?? 0) > 0;
    },

    async destroy(kind: string, id: string): Promise<void> {
      await db.delete(table).where(byId(kind, id));
    },

    async revokeByGrantId(kind: string, grantId: string): Promise<void> {
      await db.delete(table).where(and(eq(table.kind, kind), is(table.grantHash, hash(kind, 'grant', grantId))));
    },

    /** Removes what has expired; returns how many. */
    async sweep(): Promise<number> {
      return (await db.delete(table).where(lte(table.expiresAt, now()))).rowCount ?? 0;
    },
  };
}

/** Takes back what `insert` has written so far. */
class KeyTaken extends Error {}

function is(column: Parameters<typeof eq>[0], hash: string | null): SQL {
  return eq(column, hash);
}

function place(kind: string, idHash: string): string {
  return `identity/${kind}/${idHash}`;
}
