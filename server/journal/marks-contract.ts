/** Of every `JournalStore`: what its owner says of it, and what an administrator allowed. Part of `contract.ts`. */
import { expect, it } from 'vitest';
import type { Claim, JournalStore } from '#rooms/ports.ts';

const bytes = new Uint8Array([1]);
let ids = 0;

export function marksContract(opened: () => JournalStore): void {
  async function created(): Promise<[JournalStore, Claim]> {
    const store = opened();
    const claim = await store.create('a', 'chess', `marked-${ids++}`, 'p1', bytes);
    if (claim === 'exists') throw new Error('a exists');
    return [store, claim];
  }

  async function claimed(store: JournalStore): Promise<Claim> {
    const claim = await store.claim('a', 'p2');
    if (typeof claim === 'string') throw new Error(claim);
    return claim;
  }

  it('[J36] the mark of the last settling is kept with the log, until the next', async () => {
    const [store, claim] = await created();
    expect(await store.load(claim)).not.toHaveProperty('mark');
    for (const n of [1, 2]) await store.append(claim, n, bytes);
    await store.settle(claim, 1, undefined, 'too late');
    expect(await store.load(claim)).not.toHaveProperty('mark');
    await store.settle(claim, 2, undefined, 'two');
    await store.append(claim, 3, bytes);
    expect(await store.load(await claimed(store))).toMatchObject({ mark: 'two' });
    expect(await store.read('a', claim.journal)).toMatchObject({ mark: 'two' });
    await store.settle(await claimed(store), 3, undefined);
    expect(await store.read('a', claim.journal)).not.toHaveProperty('mark');
  });

  it("[J37] a retry's acceptance of an unproven end lasts until the room is settled or quarantined", async () => {
    const [store] = await created();
    for (const ends of [
      async () => store.quarantine('a', 'again'),
      async () => store.settle(await claimed(store), 0, 1),
    ]) {
      await store.quarantine('a', 'unproven');
      await store.retry('a');
      expect(await store.find('a')).not.toHaveProperty('acceptsUnproven');
      await store.retry('a', true);
      expect(await store.find('a')).toMatchObject({ acceptsUnproven: true });
      await ends();
      expect(await store.find('a')).not.toHaveProperty('acceptsUnproven');
    }
  });
}
