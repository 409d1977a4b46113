import { describe, expect, it } from 'vitest';
import { confirmed, Drafts, onTheWay } from './drafts.ts';

/** What a tab's session storage does, in memory. */
function storage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

describe('drafts not yet accepted', () => {
  it('[V5] a draft survives a page reload', () => {
    const tab = storage();
    const before = new Drafts('ada', 'lobby', tab);
    before.text = 'half a sen';
    before.sent({ id: 'a', text: 'hello', after: 4 });
    const after = new Drafts('ada', 'lobby', tab);
    expect(after.text).toBe('half a sen');
    expect(after.unconfirmed).toEqual([{ id: 'a', text: 'hello', after: 4 }]);
  });

  it('[V5] drafts are separate by channel and player', () => {
    const tab = storage();
    new Drafts('ada', 'lobby', tab).text = 'mine';
    expect(new Drafts('ben', 'lobby', tab).text).toBe('');
    expect(new Drafts('ada', 'other', tab).text).toBe('');
  });

  it('[V5] an accepted draft leaves nothing behind', () => {
    const tab = storage();
    const drafts = new Drafts('ada', 'lobby', tab);
    drafts.sent({ id: 'a', text: 'hello', after: 4 });
    drafts.settled('a');
    expect(tab.length).toBe(0);
  });

  it('[V6] a later message of mine with the same words confirms a draft, one for one', () => {
    const posts = [
      { id: 'a', text: 'hi', after: 4 },
      { id: 'b', text: 'hi', after: 4 },
      { id: 'c', text: 'there', after: 4 },
    ];
    const history = [
      { id: 3, author: 'ada', text: 'hi' },
      { id: 5, author: 'ben', text: 'there' },
      { id: 6, author: 'ada', text: 'hi' },
    ];
    expect(confirmed(posts, history, 'ada')).toEqual(new Set(['a']));
  });
});

it('[V5] a post shown by the history before its answer is not shown twice; a similar one that is missing is', () => {
  const posts = [
    { id: 'a', text: 'hello', after: 4 },
    { id: 'b', text: 'hello', after: 4 },
  ];
  const sending = posts.map(({ text }) => ({ text }));
  const said = { id: 5, author: 'ada', text: 'hello' };
  expect(onTheWay(sending, posts, [], 'ada')).toHaveLength(2);
  expect(onTheWay(sending, posts, [{ ...said, id: 4 }], 'ada')).toHaveLength(2);
  expect(onTheWay(sending, posts, [said], 'ada')).toHaveLength(1);
  expect(onTheWay(sending, posts, [said, { ...said, id: 6 }], 'ada')).toHaveLength(0);
});
