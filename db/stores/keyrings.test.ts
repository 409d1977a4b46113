import { expect, it } from 'vitest';
import { keyringStore } from '#db/stores/keyrings.ts';
import { eachEngine } from '#db/testing/engines.ts';

eachEngine((db) => {
  it('[P2] of several concurrently created keyrings one wins, and all processes read it', async () => {
    const store = keyringStore(db());
    expect(await store.read()).toBeUndefined();
    const made = await Promise.all(['a', 'b', 'c'].map((content) => store.create(content)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await store.read()).toBe(['a', 'b', 'c'][made.indexOf(true)]);
    await store.replace('d');
    expect(await store.create('e')).toBe(false);
    expect(await store.read()).toBe('d');
  });
});
