import { expect, it } from 'vitest';
import { banStore } from '#db/stores/bans.ts';
import { idempotencyStore } from '#db/stores/idempotency-keys.ts';
import { eachEngine } from '#db/testing/engines.ts';

const noon = Date.UTC(2026, 0, 2, 12);
const ban = (player: string, createdAt: number, endsAt: number) => ({
  player,
  createdAt,
  endsAt,
  createdBy: 'root',
  reason: 'spam' as const,
});

eachEngine((db) => {
  it('[A11] a ban lasts until its expiry, is one per player, and is listed in pages', async () => {
    const bans = banStore(db());
    expect(await bans.create(ban('ada', noon, noon + 1000))).toBe(true);
    expect(await bans.create(ban('ada', noon + 1, noon + 9000))).toBe(false);
    expect(await bans.get('ada', noon + 999)).toMatchObject({ endsAt: noon + 1000, createdBy: 'root', reason: 'spam' });
    expect(await bans.get('ada', noon + 1000)).toBeUndefined();
    expect(await bans.create(ban('ada', noon + 1000, noon + 9000))).toBe(true);
    for (const name of ['bea', 'cid']) await bans.create(ban(name, noon + 2000, noon + 9000));
    const first = await bans.list({ now: noon + 2000, limit: 2 });
    expect([first.items.map(({ player }) => player), first.next === undefined]).toEqual([['cid', 'bea'], false]);
    expect((await bans.all(noon + 2000)).length).toBe(3);
    expect([await bans.delete('bea'), await bans.delete('bea')]).toEqual([true, false]);
    await bans.forget(noon + 9000);
    expect(await bans.all(noon)).toEqual([]);
  });

  it('[R18] an idempotency key is claimed once; pending, done and failed are distinguished', async () => {
    const keys = idempotencyStore(db());
    const all = await Promise.all([1, 2, 3].map(() => keys.claim('k', 'd', noon)));
    expect(all.filter(({ first }) => first)).toHaveLength(1);
    expect(await keys.claim('k', 'd', noon + 29_999)).toEqual({ first: false, digest: 'd' });
    expect(await keys.claim('k', 'd', noon + 30_000)).toEqual({ first: true });
    await keys.settle('k', 'm-1');
    expect(await keys.claim('k', 'other', noon + 90_000)).toEqual({ first: false, digest: 'd', result: 'm-1' });
    await keys.release('k');
    expect(await keys.claim('k', 'other', noon)).toEqual({ first: true });
    await keys.forget(noon + 1);
    expect(await keys.claim('k', 'd', noon)).toEqual({ first: true });
  });
});
