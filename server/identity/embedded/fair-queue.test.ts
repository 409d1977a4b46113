import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fairQueue, TooBusy } from '#server/identity/embedded/fair-queue.ts';

/** Orders that end when they are told to, in the order in which they were started. */
function bench(limits: { atOnce: number; perKey: number; waiting: number }) {
  const queue = fairQueue(limits);
  const started: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  const order = (key: string) =>
    queue
      .run(key, () => {
        started.push(key);
        return new Promise<void>((end) => ends.push(end));
      })
      .catch((error) => {
        expect(error).toBeInstanceOf(TooBusy);
        refused.push(key);
      });
  const settle = () => new Promise((done) => setImmediate(done));
  const end = async () => {
    ends.shift()?.();
    await settle();
  };
  return { order, started, refused, ends, end, settle };
}

it('[I63] a newcomer waits for at most one job per other key, however many those have queued', async () => {
  const { order, started, refused, end, settle } = bench({ atOnce: 1, perKey: 4, waiting: 100 });
  for (let i = 0; i < 50; i++) void order('flood');
  void order('other');
  void order('new');
  await settle();
  expect(refused).toHaveLength(50 - 1 - 4);
  for (let i = 0; i < 3; i++) await end();
  expect(started).toEqual(['flood', 'flood', 'other', 'new']);
});

it('[I63] on overflow the key with the most jobs loses its newest', async () => {
  const { order, refused, settle } = bench({ atOnce: 1, perKey: 4, waiting: 5 });
  for (const key of ['a', 'a', 'a', 'a', 'a', 'b', 'c', 'd', 'e', 'f']) void order(key);
  await settle();
  expect(refused.toSorted()).toEqual(['a', 'a', 'a', 'f']);
});

it('[I63] every job is started once or refused, within the concurrency limit', async () => {
  const keys = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean()), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(keys, async (orders) => {
      const { order, started, refused, ends, end, settle } = bench({ atOnce: 2, perKey: 3, waiting: 6 });
      const answers: Promise<void>[] = [];
      for (const [key, ends] of orders) {
        answers.push(order(key));
        if (ends) await end();
      }
      await settle();
      while (ends.length > 0) {
        expect(ends.length).toBeLessThanOrEqual(2);
        await end();
      }
      await Promise.all(answers);
      expect(started.length + refused.length).toBe(orders.length);
    }),
  );
});
