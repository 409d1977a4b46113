/** Of every `JournalStore`: which rooms its indexes name. Part of `contract.ts`. */
import { expect, it } from 'vitest';
import type { Claim, JournalStore } from '#rooms/ports.ts';

const bytes = new Uint8Array([1]);
let ids = 0;

export function indexContract(opened: () => JournalStore): void {
  async function create(room: string, machine: string, owner: string): Promise<Claim> {
    const claim = await opened().create(room, machine, `indexed-${ids++}`, owner, bytes);
    if (claim === 'exists') throw new Error(`${room} exists`);
    return claim;
  }

  async function indexes() {
    const store = opened();
    const unsettled: Record<string, string[]> = {};
    for (const owner of (await store.owners()).sort())
      unsettled[owner] = (await store.roomsBy({ unsettledOf: owner })).sort();
    const machines: Record<string, string[]> = {};
    for (const machine of (await store.machines()).sort())
      machines[machine] = (await store.roomsBy({ machine })).sort();
    return { unsettled, machines, quarantined: (await store.roomsBy('quarantined')).sort() };
  }

  it('[J40] unsettled rooms are indexed by owner, quarantined ones apart, and all that have not ended by machine', async () => {
    const store = opened();
    const [a, b] = [await create('a', 'chess', 'p1'), await create('b', 'go', 'p1')];
    const machines = { chess: ['a'], go: ['b'] };
    expect(await indexes()).toEqual({ unsettled: { p1: ['a', 'b'] }, machines, quarantined: [] });
    await store.settle(a, 0, 5);
    await store.claim('b', 'p2');
    expect(await indexes()).toEqual({ unsettled: { p2: ['b'] }, machines, quarantined: [] });
    await store.append(a, 1, bytes);
    await store.quarantine('b', 'broken');
    expect(await indexes()).toEqual({ unsettled: { p1: ['a'] }, machines, quarantined: ['b'] });
    await store.retry('b');
    expect(await indexes()).toEqual({ unsettled: { p1: ['a'], p2: ['b'] }, machines, quarantined: [] });
    await store.quarantine('b', 'broken');
    await store.end(a, true);
    await store.end({ ...b, epoch: 2 }, false);
    expect(await indexes()).toEqual({ unsettled: {}, machines: {}, quarantined: [] });
  });
}
