import { expect, it } from 'vitest';
import { continueToken, listId, parseContinue } from '#server/resources/continue.ts';

const list = listId('players', {});
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (cursor: unknown) => encode({ list, cursor });

it('[D4] an unknown continue token is refused', () => {
  const broken = ['', '%%%', encode(null), encode({ rank: 0, at: 1, id: 'x' }), token({ rank: 0, at: 1 })];
  const impossible = [token({ rank: 0, at: 'now', id: 'x' }), token({ rank: 0, at: 9e15, id: 'x' })];
  for (const text of [...broken, ...impossible, token({ rank: 0, at: 1, id: 'a\0b' })])
    expect([text, parseContinue(text, list)]).toEqual([text, expect.any(String)]);
  expect(parseContinue(token({ rank: 0, at: 1, id: 'x' }), list)).toEqual({ rank: 0, at: 1, id: 'x' });
});

it('[R21] labels in another order are the same list, another value is another list', () => {
  const cursor = { rank: 0, at: 1, id: 'x' };
  const given = continueToken(listId('matches', { game: 'go', phase: 'finished' }), cursor);
  expect(parseContinue(given, listId('matches', { phase: 'finished', game: 'go' }))).toEqual(cursor);
  for (const other of [listId('matches', { game: 'go' }), listId('stats', {})])
    expect([other, typeof parseContinue(given, other)]).toEqual([other, 'string']);
});
