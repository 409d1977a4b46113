/** The rules of every `JournalStore`. Run it against each implementation: `journalContract('memory', open)`. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Claim, JournalStore, Kept } from '#rooms/ports.ts';
import { indexContract } from '#server/journal/index-contract.ts';
import { marksContract } from '#server/journal/marks-contract.ts';
import { followsModel } from '#server/journal/model.ts';
import { pagesContract } from '#server/journal/pages-contract.ts';

export type Opened = {
  store: JournalStore;
  /** Closes it and opens what it left; absent when nothing outlives the process. */
  reopen?: () => Promise<JournalStore>;
  close(): Promise<void>;
};

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = ({ entries }: Kept) => entries.map((entry) => new TextDecoder().decode(entry.bytes));
const fate = (fate: string) => expect.objectContaining({ name: 'JournalError', fate });

let ids = 0;

export function journalContract(name: string, open: () => Promise<Opened>): void {
  describe(`journal: ${name}`, () => {
    let opened: Opened;
    let store: JournalStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());
    marksContract(() => store);
    pagesContract(() => opened);
    indexContract(() => store);

    async function create(room: string): Promise<Claim> {
      const claim = await store.create(room, 'chess', `journal-${ids++}`, 'p1', bytes('genesis'));
      if (claim === 'exists') throw new Error(`${room} exists`);
      return claim;
    }

    async function claimed(room: string, owner = 'p2'): Promise<Claim> {
      const claim = await store.claim(room, owner);
      if (typeof claim === 'string') throw new Error(claim);
      return claim;
    }

    /** Appends batches `from`..`to`, each named after its number. */
    async function write(claim: Claim, from: number, to: number) {
      for (let n = from; n <= to; n++) await store.append(claim, n, bytes(`b${n}`));
    }

    it('[J1] a room is created once, with its genesis as entry 0 and epoch 1', async () => {
      const claim = await create('a');
      expect(claim).toMatchObject({ room: 'a', machine: 'chess', epoch: 1 });
      expect(await store.create('a', 'chess', 'other', 'p1', bytes('x'))).toBe('exists');
      expect(await store.load(claim)).toEqual({ entries: [{ n: 0, epoch: 1, bytes: bytes('genesis') }] });
      const fresh = { owner: 'p1', unsettled: true, attempts: 0, ended: false };
      expect(await store.find('a')).toEqual({ ...claim, ...fresh });
      expect(await store.find('b')).toBeUndefined();
    });

    it('[J1] creating it again with the same journal and owner succeeds, with a used journal it is an error', async () => {
      const claim = await create('a');
      expect(await store.create('a', 'chess', claim.journal, 'p1', bytes('genesis'))).toEqual(claim);
      await expect(store.create('b', 'chess', claim.journal, 'p1', bytes('x'))).rejects.toEqual(fate('misplaced'));
      await store.claim('a', 'p1');
      expect(await store.create('a', 'chess', claim.journal, 'p1', bytes('genesis'))).toBe('exists');
    });

    it('[J2] a claim raises the epoch and fences every write of the one before', async () => {
      const old = await create('a');
      const now = await claimed('a');
      expect(now).toEqual({ ...old, epoch: 2 });
      expect(await store.find('a')).toMatchObject({ owner: 'p2', epoch: 2 });
      const writes = [
        () => store.append(old, 1, bytes('late')),
        () => store.snapshot(old, 0, bytes('late'), true),
        () => store.settle(old, 0, 5),
        () => store.restoring(old),
        () => store.end(old, false),
        () => store.load(old),
        () => store.entry(old, 0),
      ];
      for (const attempt of writes) await expect(attempt()).rejects.toEqual(fate('fenced'));
      expect(texts(await store.load(now))).toEqual(['genesis']);
      await write(now, 1, 1);
    });

    it('[J3] a claim that expects another epoch is lost, and of two that expect the same one wins', async () => {
      await create('a');
      expect(await store.claim('a', 'p2', 7)).toBe('lost');
      const both = await Promise.all([store.claim('a', 'p2', 1), store.claim('a', 'p3', 1)]);
      expect(both.filter((claim) => claim === 'lost')).toHaveLength(1);
      expect(await store.find('a')).toMatchObject({ epoch: 2 });
      expect(await store.claim('nowhere', 'p2')).toBe('gone');
    });

    it('[J4] batches follow one another without a gap', async () => {
      const claim = await create('a');
      await write(claim, 1, 3);
      await expect(store.append(claim, 5, bytes('b5'))).rejects.toEqual(fate('misplaced'));
      expect(texts(await store.load(claim))).toEqual(['genesis', 'b1', 'b2', 'b3']);
      expect((await store.load(claim)).entries.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    });

    it('[J5] the same batch again succeeds with the same bytes, and is refused with others', async () => {
      const claim = await create('a');
      await write(claim, 1, 2);
      await store.append(claim, 2, bytes('b2'));
      await store.append(claim, 1, bytes('b1'));
      await expect(store.append(claim, 2, bytes('b3'))).rejects.toEqual(fate('misplaced'));
      await expect(store.append(claim, 2, bytes('b2 and more'))).rejects.toEqual(fate('misplaced'));
      await expect(store.append(await claimed('a'), 2, bytes('b2'))).rejects.toEqual(fate('misplaced'));
      expect(await store.read('a', claim.journal)).toMatchObject({ entries: { length: 3 } });
    });

    it('[J6] after a snapshot, load returns the snapshot and the later entries', async () => {
      const claim = await create('a');
      await write(claim, 1, 4);
      await store.snapshot(claim, 2, bytes('s2'), false);
      const loaded = await store.load(claim);
      expect(loaded.snapshot).toEqual({ n: 2, epoch: 1, bytes: bytes('s2') });
      expect(texts(loaded)).toEqual(['b3', 'b4']);
      await store.snapshot(claim, 4, bytes('s4'), false);
      await store.snapshot(claim, 3, bytes('older'), true);
      expect(await store.load(claim)).toEqual({ snapshot: { n: 4, epoch: 1, bytes: bytes('s4') }, entries: [] });
      const whole = (await store.read('a', claim.journal)) ?? { entries: [] };
      expect(texts(whole)).toEqual(['genesis', 'b1', 'b2', 'b3', 'b4']);
      await expect(store.snapshot(claim, 5, bytes('s5'), false)).rejects.toEqual(fate('misplaced'));
    });

    it('[J7] a trim removes what the snapshot covers, and the next batch still follows', async () => {
      const claim = await create('a');
      await write(claim, 1, 3);
      await store.snapshot(claim, 2, bytes('s2'), true);
      expect(texts((await store.read('a', claim.journal)) ?? { entries: [] })).toEqual(['b3']);
      await store.snapshot(claim, 3, bytes('s3'), true);
      await expect(store.append(claim, 5, bytes('b5'))).rejects.toEqual(fate('misplaced'));
      await expect(store.append(claim, 3, bytes('b3'))).rejects.toEqual(fate('misplaced'));
      await write(claim, 4, 5);
      const next = await claimed('a');
      expect(texts(await store.load(next))).toEqual(['b4', 'b5']);
      await store.scrub();
    });

    it('[J8] an append unsettles a room, and settling has no effect when a later batch is there', async () => {
      const claim = await create('a');
      await store.settle(claim, 0, 100);
      expect(await store.find('a')).toMatchObject({ unsettled: false, deadline: 100 });
      await write(claim, 1, 2);
      await store.settle(claim, 1, 50);
      expect(await store.find('a')).toMatchObject({ unsettled: true, deadline: 100 });
      await store.settle(claim, 2, undefined);
      const record = await store.find('a');
      expect(record?.unsettled).toBe(false);
      expect(record).not.toHaveProperty('deadline');
      await expect(store.settle(claim, 3, 7)).rejects.toEqual(fate('misplaced'));
      await store.snapshot(claim, 2, bytes('s2'), true);
      expect(await store.find('a')).toMatchObject({ unsettled: false });
    });

    it('[J9] `due` lists settled rooms by deadline, `list` every room that has not ended, oldest first', async () => {
      for (const [room, deadline] of Object.entries({ late: 90, soon: 10, next: 20, never: undefined }))
        await store.settle(await create(room), 0, deadline);
      await store.settle(await create('ill'), 0, 1);
      await store.quarantine('ill', 'broken');
      const busy = await create('busy');
      await store.settle(busy, 0, 1);
      await write(busy, 1, 1);
      await store.end(await create('over'), true);
      const rooms = async (at: number, limit = 9) => (await store.due(at, limit)).map(({ room }) => room);
      expect(await rooms(9)).toEqual([]);
      expect(await rooms(20)).toEqual(['soon', 'next']);
      expect(await rooms(99, 1)).toEqual(['soon']);
      expect((await store.list()).map(({ room }) => room)).toEqual(['late', 'soon', 'next', 'never', 'ill', 'busy']);
    });

    it('[J10] restores are counted across claims until one finishes, and a retry resets the count', async () => {
      await create('a');
      for (const count of [1, 2, 3]) expect(await store.restoring(await claimed('a'))).toBe(count);
      await store.quarantine('a', 'three restores failed');
      expect(await store.find('a')).toMatchObject({ attempts: 3, quarantined: 'three restores failed' });
      await store.retry('a');
      const record = await store.find('a');
      expect(record).toMatchObject({ attempts: 0, unsettled: true });
      expect(record).not.toHaveProperty('quarantined');
      const claim = await claimed('a');
      await store.restoring(claim);
      await store.restored(claim);
      expect(await store.restoring(claim)).toBe(1);
    });

    it('[J10] an overtaken restore does not count against the room', async () => {
      const old = await create('a');
      await store.restoring(old);
      const next = await claimed('a');
      await store.restored(old);
      expect(await store.restoring(next)).toBe(1);
      await store.end(next, false);
      await store.restored(next); // there is nothing to say it of any more
    });

    it('[J11] an ended room keeps its log as a replay; its id is free, its claims are void', async () => {
      const claim = await create('a');
      await write(claim, 1, 1);
      await store.settle(claim, 1, 50);
      await store.end(claim, true);
      await store.end(claim, true);
      expect(await store.find('a')).toMatchObject({ ended: true, unsettled: false });
      expect(await store.claim('a', 'p2')).toBe('gone');
      await expect(store.append(claim, 2, bytes('b2'))).rejects.toEqual(fate('fenced'));
      const second = await create('a');
      expect(await store.find('a')).toMatchObject({ journal: second.journal, ended: false });
      expect(texts((await store.read('a', claim.journal)) ?? { entries: [] })).toEqual(['genesis', 'b1']);
      expect(await store.read('b', claim.journal)).toBeUndefined();
    });

    it('[J12] a room that ends without a replay leaves nothing', async () => {
      const claim = await create('a');
      await write(claim, 1, 2);
      await store.snapshot(claim, 1, bytes('s1'), false);
      await store.end(claim, false);
      await store.end(claim, false);
      expect(await store.find('a')).toBeUndefined();
      expect(await store.read('a', claim.journal)).toBeUndefined();
      await expect(store.append(claim, 3, bytes('b3'))).rejects.toEqual(fate('fenced'));
      expect(texts(await store.load(await create('a')))).toEqual(['genesis']);
      if (opened.reopen) store = await opened.reopen();
      const next = await claimed('a');
      await write(next, 1, 1);
      expect(texts(await store.load(next))).toEqual(['genesis', 'b1']);
    });

    it("[J13] `lastAlive` returns a process's latest proof of life", async () => {
      expect(await store.lastAlive('p1')).toBeUndefined();
      await store.alive('p1', 1000);
      await store.alive('p2', 1500);
      await store.alive('p1', 2000);
      expect(await store.lastAlive('p1')).toBe(2000);
    });

    it('[J14] rooms that write in the same turn fail independently', async () => {
      const [old, other, third] = [await create('a'), await create('b'), await create('c')];
      await store.claim('a', 'p2');
      const results = await Promise.allSettled([
        store.append(other, 1, bytes('b1')),
        store.append(old, 1, bytes('late')),
        store.append(third, 1, bytes('b1')),
        store.append(third, 3, bytes('gap')),
        store.append(third, 2, bytes('b2')),
      ]);
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      expect(results[1]).toMatchObject({ reason: { fate: 'fenced' } });
      expect(texts(await store.load(third))).toEqual(['genesis', 'b1', 'b2']);
    });

    it('[J15] calls about one room take effect in the order in which they were made', async () => {
      const claim = await create('a');
      const batches = Array.from({ length: 20 }, (_, i) => store.append(claim, i + 1, bytes(`b${i + 1}`)));
      const settled = store.settle(claim, 20, 5);
      const record = store.find('a');
      const next = store.claim('a', 'p2');
      const late = expect(store.append(claim, 21, bytes('late'))).rejects.toEqual(fate('fenced'));
      await Promise.all([...batches, settled, next, late]);
      expect(await record).toMatchObject({ unsettled: false, deadline: 5, epoch: 1 });
    });

    it('[J16] acknowledged data is present when the store is opened again', async () => {
      const claim = await create('a');
      await write(claim, 1, 3);
      await store.snapshot(claim, 2, bytes('s2'), true);
      await store.settle(await create('b'), 0, 70);
      await store.restoring(claim);
      await store.quarantine('b', 'broken');
      await store.alive('p1', 1234);
      const before = await store.list();
      if (!opened.reopen) return;
      store = await opened.reopen();
      expect(await store.list()).toEqual(before);
      expect(await store.lastAlive('p1')).toBe(1234);
      const loaded = await store.load(await claimed('a'));
      expect(loaded.snapshot).toEqual({ n: 2, epoch: 1, bytes: bytes('s2') });
      expect(texts(loaded)).toEqual(['b3']);
    });

    it('[J17] random calls in any order are answered as by the model', async () => {
      await followsModel(async () => (await open()) satisfies Opened);
    });
  });
}
