import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Feed } from '#server/feed/feed.ts';

it('[P31] a reader that applies what changed since its version has what a full read has, however seldom it asks', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ name, object: fc.option(fc.nat({ max: 2 }), { nil: undefined }) }) },
    { weight: 1, arbitrary: fc.constant('read' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const feed = new Feed<number>(5);
      let copy = new Map<string, number>();
      let version = 0;
      const all = () =>
        new Map(
          ['a', 'b', 'c', 'd'].flatMap((one) => (feed.get(one) === undefined ? [] : [[one, feed.get(one) as number]])),
        );
      for (const one of [...steps, 'read' as const]) {
        if (one !== 'read') {
          const before = feed.get(one.name);
          expect(feed.put(one.name, one.object)).toBe(before !== one.object);
          continue;
        }
        const names = feed.since(version);
        expect(names === undefined).toBe(feed.version - version > 5);
        if (!names) copy = all();
        for (const changed of names ?? []) {
          const object = feed.get(changed);
          if (object === undefined) copy.delete(changed);
          else copy.set(changed, object);
        }
        version = feed.version;
        expect(copy).toEqual(all());
        expect([...feed.values()].sort()).toEqual([...copy.values()].sort());
      }
    }),
  );
});

it('[P31] the same object is no change, and a version that is not known any more, or not yet, is answered as such', () => {
  const feed = new Feed<string>(2);
  for (const [name, object] of [
    ['a', 'x'],
    ['a', 'x'],
    ['b', 'y'],
    ['a', 'z'],
  ] as const)
    feed.put(name, object);
  feed.put('b', undefined);
  expect(feed.version).toBe(4);
  expect([...(feed.since(2) ?? [])]).toEqual(['a', 'b']);
  expect(feed.since(1)).toBeUndefined();
  expect(feed.since(5)).toBeUndefined();
});
