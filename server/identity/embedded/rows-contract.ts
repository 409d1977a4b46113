/** What every store of the provider's rows must do. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Rows } from '#server/identity/embedded/rows.ts';

/** `open` gives empty rows, which take the time (wall ms) from `now`. */
export function describeRows(name: string, open: (now: () => number) => Rows | Promise<Rows>): void {
  describe(`identity rows: ${name}`, () => {
    let time: number;
    let rows: Rows;
    beforeEach(async () => {
      time = 1_800_000_000_000;
      rows = await open(() => time);
    });

    it('[I80] a row is found by its kind and id, and can be overwritten', async () => {
      await rows.upsert('Session', 'a', { n: 1 });
      await rows.upsert('Grant', 'a', { n: 2 });
      await rows.upsert('Session', 'a', { n: 3, deep: { list: [1, null, 'x'] } });
      expect(await rows.find('Session', 'a')).toEqual({ n: 3, deep: { list: [1, null, 'x'] } });
      expect(await rows.find('Grant', 'a')).toEqual({ n: 2 });
      expect(await rows.find('Session', 'b')).toBeUndefined();
      await rows.destroy('Session', 'a');
      await rows.destroy('Session', 'a');
      expect(await rows.find('Session', 'a')).toBeUndefined();
    });

    it("[I80] a row is found by its payload's fields, also after they change", async () => {
      await rows.upsert('Session', 'a', { uid: 'u1', accountId: 'mira' });
      await rows.upsert('DeviceCode', 'b', { userCode: 'c1' });
      expect(await rows.findByUid('Session', 'u1')).toMatchObject({ accountId: 'mira' });
      expect(await rows.findByUid('Grant', 'u1')).toBeUndefined();
      expect(await rows.findByUserCode('DeviceCode', 'c1')).toBeDefined();
      await rows.upsert('Session', 'a', { uid: 'u2', accountId: 'noa' });
      expect(await rows.findByUid('Session', 'u1')).toBeUndefined();
      expect(await rows.list('Session', 'mira')).toEqual([]);
      expect(await rows.list('Session', 'noa')).toHaveLength(1);
    });

    it('[I80] two writers with one key: exactly one wins, and the key outlives an overwrite', async () => {
      const wins = await Promise.all([
        rows.insert('User', 'a', 'mira', { id: 'a' }),
        rows.insert('User', 'b', 'mira', { id: 'b' }),
      ]);
      expect(wins.toSorted()).toEqual([false, true]);
      const winner = wins[0] ? 'a' : 'b';
      expect(await rows.insert('User', winner, 'other', {})).toBe(false);
      expect(await rows.insert('Secret', 'a', 'mira', { kind: 'another' })).toBe(true);
      await rows.upsert('User', winner, { id: winner, changed: true });
      expect(await rows.findByKey('User', 'mira')).toEqual({ id: winner, changed: true });
      await rows.destroy('User', winner);
      expect(await rows.findByKey('User', 'mira')).toBeUndefined();
      expect(await rows.insert('User', 'c', 'mira', {})).toBe(true);
    });

    it('[I80] further keys belong to one row and are deleted with it', async () => {
      expect(await rows.insert('User', 'a', 'mira', {}, ['looks 1', 'looks 2'])).toBe(true);
      expect(await rows.insert('User', 'b', 'noa', {}, ['looks 2'])).toBe(false);
      expect(await rows.findByKey('User', 'looks 1')).toBeUndefined();
      await rows.upsert('User', 'a', { changed: true });
      expect(await rows.insert('User', 'b', 'noa', {}, ['looks 1'])).toBe(false);
      await rows.destroy('User', 'a');
      expect(await rows.insert('User', 'b', 'noa', {}, ['looks 1', 'looks 2'])).toBe(true);
    });

    it('[I80] expired rows are not found in any way', async () => {
      await rows.upsert('Session', 'a', { uid: 'u', userCode: 'c', accountId: 'mira' }, 60);
      await rows.upsert('Session', 'b', { uid: 'v', accountId: 'mira' });
      time += 59_000;
      expect(await rows.list('Session', 'mira')).toHaveLength(2);
      time += 1000;
      expect(await rows.find('Session', 'a')).toBeUndefined();
      expect(await rows.findByUid('Session', 'u')).toBeUndefined();
      expect(await rows.findByUserCode('Session', 'c')).toBeUndefined();
      expect(await rows.list('Session')).toEqual([{ uid: 'v', accountId: 'mira' }]);
    });

    it('[I80] rows are listed oldest first, also after overwrites', async () => {
      for (const id of ['c', 'a', 'b']) await rows.insert('User', id, `name of ${id}`, { id });
      await rows.upsert('User', 'c', { id: 'c', changed: true });
      expect((await rows.list('User')).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    });

    it('[I80] consuming records the second of its first use and reports later ones', async () => {
      await rows.upsert('RefreshToken', 'a', { grantId: 'g' }, 60);
      expect(await rows.consume('RefreshToken', 'a')).toBe(true);
      time += 5000;
      expect(await rows.consume('RefreshToken', 'a')).toBe(false);
      expect(await rows.consume('RefreshToken', 'nothing')).toBe(false);
      expect(await rows.find('RefreshToken', 'a')).toEqual({ grantId: 'g', consumed: 1_800_000_000 });
      expect(await rows.find('RefreshToken', 'nothing')).toBeUndefined();
    });

    it('[I80] revoking a grant deletes all its rows of that kind and no others', async () => {
      await rows.upsert('RefreshToken', 'a', { grantId: 'g' });
      await rows.upsert('RefreshToken', 'b', { grantId: 'g' });
      await rows.upsert('RefreshToken', 'c', { grantId: 'h' });
      await rows.upsert('AuthorizationCode', 'a', { grantId: 'g' });
      await rows.revokeByGrantId('RefreshToken', 'g');
      expect(await rows.list('RefreshToken')).toEqual([{ grantId: 'h' }]);
      expect(await rows.find('AuthorizationCode', 'a')).toBeDefined();
    });
  });
}
