import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import type { Sealing } from '#db/sealed.ts';
import { identityRowStore } from '#db/stores/identity-rows.ts';
import { identityRows } from '#db/tables/identity-rows.ts';
import { eachEngine, readable } from '#db/testing/engines.ts';
import { clearSealing, testSealing } from '#db/testing/sealing.ts';

eachEngine((db) => {
  const sealing = testSealing();
  const start = Date.UTC(2030, 0, 1, 12);
  let now = start;
  beforeEach(() => {
    now = start;
  });
  const store = () => identityRowStore(db(), sealing, () => now);

  it('[D9] a row is found by its id, uid, user code and key, within its kind', async () => {
    const payload = { uid: 'u1', userCode: 'ABCD', nested: { deep: [1, 'ü'] } };
    await store().upsert('Session', 'id1', payload, 60);
    expect(await store().insert('Account', 'a1', 'ada', { hash: 'x' })).toBe(true);
    for (const found of [
      await store().find('Session', 'id1'),
      await store().findByUid('Session', 'u1'),
      await store().findByUserCode('Session', 'ABCD'),
    ]) {
      expect(found).toEqual(payload);
    }
    expect(await store().findByKey('Account', 'ada')).toEqual({ hash: 'x' });
    for (const missing of [
      await store().find('Grant', 'id1'),
      await store().find('Session', 'u1'),
      await store().findByUid('Session', 'ABCD'),
      await store().findByKey('Session', 'ada'),
    ]) {
      expect(missing).toBeUndefined();
    }
  });

  it('[D9] two rows with one key: one gets it, and overwriting a row keeps it', async () => {
    const both = await Promise.all([
      store().insert('Account', 'a1', 'ada', { n: 1 }),
      store().insert('Account', 'a2', 'ada', { n: 2 }),
    ]);
    expect(both.filter(Boolean)).toHaveLength(1);
    const winner = both[0] ? 'a1' : 'a2';
    expect(await store().insert('Account', winner, 'other', {})).toBe(false);
    await store().upsert('Account', winner, { n: 3 });
    expect(await store().findByKey('Account', 'ada')).toEqual({ n: 3 });
    expect(await store().insert('Client', 'c1', 'ada', {})).toBe(true);
  });

  it('[D9] further keys belong to one row of a kind, open nothing, and are freed with it', async () => {
    const both = await Promise.all([
      store().insert('Account', 'a1', 'ada', { n: 1 }, ['x', 'y']),
      store().insert('Account', 'a2', 'bob', { n: 2 }, ['y', 'z']),
    ]);
    expect(both.filter(Boolean)).toHaveLength(1);
    const [winner, loser] = both[0] ? ['ada', 'bob'] : ['bob', 'ada'];
    expect(await store().findByKey('Account', winner)).toBeDefined();
    expect(await store().findByKey('Account', loser)).toBeUndefined();
    expect(await store().findByKey('Account', 'y')).toBeUndefined();
    expect(await store().insert('Client', 'c1', 'ada', {}, ['y'])).toBe(true);
    await store().destroy('Account', both[0] ? 'a1' : 'a2');
    expect(await store().insert('Account', 'a3', 'eve', {}, ['x', 'y', 'z'])).toBe(true);
  });

  it('[D9] an expired row is not found, frees its key, and is swept', async () => {
    await store().insert('Account', 'a1', 'ada', { uid: 'u1' });
    await store().upsert('Account', 'a1', { uid: 'u1' }, 60);
    await store().upsert('Account', 'stays', {});
    now += 60_000;
    expect(await store().find('Account', 'a1')).toBeUndefined();
    expect(await store().findByUid('Account', 'u1')).toBeUndefined();
    expect(await store().findByKey('Account', 'ada')).toBeUndefined();
    expect(await store().list('Account')).toEqual([{}]);
    expect(await store().insert('Account', 'a2', 'ada', { n: 2 })).toBe(true);
    await store().upsert('Session', 'gone', {}, -1);
    expect(await store().sweep()).toBe(1);
    expect(await store().sweep()).toBe(0);
  });

  it('[D9] rows of a kind are listed oldest first, also after an overwrite, and by account', async () => {
    for (const [id, accountId] of [
      ['1', 'ada'],
      ['2', 'bob'],
      ['3', 'ada'],
    ] as const) {
      await store().upsert('Session', id, { id, accountId });
    }
    await store().upsert('Session', '1', { id: '1', accountId: 'ada', again: true });
    expect((await store().list('Session')).map((payload) => payload.id)).toEqual(['1', '2', '3']);
    expect((await store().list('Session', 'ada')).map((payload) => payload.id)).toEqual(['1', '3']);
  });

  it('[D9] consuming stamps a row with the second; revoking a grant deletes its rows of that kind', async () => {
    await store().upsert('AuthorizationCode', 'c1', { grantId: 'g1' });
    await store().upsert('AuthorizationCode', 'c2', { grantId: 'g2' });
    await store().upsert('RefreshToken', 'r1', { grantId: 'g1' });
    const first = await Promise.all([1, 2, 3].map(() => store().consume('AuthorizationCode', 'c1')));
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(await store().consume('AuthorizationCode', 'not-there')).toBe(false);
    expect(await store().find('AuthorizationCode', 'c1')).toEqual({ grantId: 'g1', consumed: start / 1000 });
    await store().revokeByGrantId('AuthorizationCode', 'g1');
    expect(await store().list('AuthorizationCode')).toEqual([{ grantId: 'g2' }]);
    expect(await store().find('RefreshToken', 'r1')).toEqual({ grantId: 'g1' });
    await store().destroy('RefreshToken', 'r1');
    expect(await store().list('RefreshToken')).toEqual([]);
  });

  it("[D2] a row's content is unreadable in the table, and a moved row does not open", async () => {
    const canaries = ['id-canary', 'key-canary', 'uid-canary', 'name-canary'] as const;
    const found = async (by: Sealing) => {
      await db().delete(identityRows);
      const [id, key, uid, name] = canaries;
      await identityRowStore(db(), by).insert('Account', id, key, { uid, name });
      const text = await readable(db(), identityRows);
      return canaries.filter((canary) => text.includes(canary));
    };
    expect(await found(clearSealing())).toEqual(canaries);
    expect(await found(sealing)).toEqual([]);

    await store().insert('Account', 'other', 'other', {});
    await db().execute(sql`
      update identity_rows set payload = (select payload from identity_rows order by ordinal limit 1)`);
    expect(await store().find('Account', 'id-canary')).toMatchObject({ name: 'name-canary' });
    await expect(store().find('Account', 'other')).rejects.toThrow();
  });
});
