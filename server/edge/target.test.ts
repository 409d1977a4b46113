import { expect, it } from 'vitest';
import { dialledRoom, isSoundHost, joinedRoom, targetOf } from '#server/edge/target.ts';

const roomOf = (url: string) => {
  const target = targetOf(url);
  return target && dialledRoom(target);
};

it('[Z1] the edge reads the room from the path that the SDK dials', () => {
  expect(roomOf('/p-1/room_2?sessionId=s-3&_authToken=a.b.c')).toEqual({ process: 'p-1', room: 'room_2' });
  expect(joinedRoom('/matchmake/joinById/room_2')).toBe('room_2');
});

it.each([
  '/p/r',
  '/p/r?sessionId=',
  '/p/r?sessionId=a%20b',
  '/r?sessionId=s',
  '/a/p/r?sessionId=s',
  '/p/r/?sessionId=s',
  '/p/r.s?sessionId=s',
  `/p/${'r'.repeat(65)}?sessionId=s`,
  '/p/?sessionId=s',
  '/p/%72?sessionId=s',
])('[Z1] %s names no room', (url) => expect(roomOf(url)).toBeUndefined());

it.each([
  'http://evil.example/p/r?sessionId=s',
  'ws://evil.example/p/r?sessionId=s',
  '//evil.example/r?sessionId=s',
  '/p//r?sessionId=s',
  '*',
  '',
  'evil.example:80',
  '/p\\r?sessionId=s',
  '/../r',
  '/p/../r',
  '/p/..',
  '/./r',
  '/p/%2e%2e/r',
  '/p/%2E./r',
  '/p%2fr',
  '/p%2Fr',
  '/p%5cr',
  '/p%00',
  '/p%0d%0aX:1',
  '/p%7f',
  '/p%',
  '/p%zz',
  '/p r',
  '/p\tr',
  '/p\u00e9',
  '/p#f',
  '/p?a#f',
  '/p?a b',
])('[Z5] %j is refused as a target', (url) => expect(targetOf(url)).toBeUndefined());

it.each([
  '/',
  '/apis/',
  '/apis/x/v1/rooms/a:b?fieldSelector=a%2Fb&x=[1]{2}|^`',
  '/realms/parlor/protocol/openid-connect/auth?redirect_uri=http%3A%2F%2Fa%2F',
  '/assets/app-a.b~c.js',
  '/p?a/../b//c',
])('[Z5] %s is accepted as a target', (url) => {
  const target = targetOf(url);
  expect(target && target.path + (url.includes('?') ? `?${target.query}` : '')).toBe(url);
});

it('[Z5] exactly one Host with a plain name is accepted', () => {
  for (const host of ['parlor.test', 'parlor.test:80', '127.0.0.1:1', '[::1]:2567', 'localhost'])
    expect([host, isSoundHost([host])]).toEqual([host, true]);
  for (const host of ['', 'a b', 'a/b', 'user@host', 'a:b', 'a:123456', 'a,b', '[::1', 'a\u00e9', 'a?b', 'a#b'])
    expect([host, isSoundHost([host])]).toEqual([host, false]);
  expect(isSoundHost(undefined)).toBe(false);
  expect(isSoundHost(['a', 'a'])).toBe(false);
});
