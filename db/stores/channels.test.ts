import { expect, it } from 'vitest';
import { type Channel, channelStore } from '#db/stores/channels.ts';
import { eachEngine } from '#db/testing/engines.ts';

const chess: Channel = {
  name: 'chess',
  kind: 'open',
  readers: 'role',
  title: 'Chess club',
  ttlMs: 3_600_000,
  createdAt: Date.UTC(2030, 0, 1),
};

eachEngine((db) => {
  it('[D16] a channel is stored once under its name, also by two at once, until it is deleted', async () => {
    const store = channelStore(db());
    const made = await Promise.all([store.create(chess), store.create({ ...chess, title: 'Other' })]);
    expect(made.filter(Boolean)).toEqual([true]);
    expect(await store.create({ ...chess, name: 'art' })).toBe(true);
    expect((await store.all()).map(({ name }) => name)).toEqual(['art', 'chess']);
    expect(await store.get('chess')).toMatchObject({ kind: 'open', ttlMs: 3_600_000, createdAt: chess.createdAt });
    expect([await store.delete('chess'), await store.delete('chess')]).toEqual([true, false]);
    expect(await store.get('chess')).toBeUndefined();
  });
});
