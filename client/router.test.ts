import { describe, expect, it } from 'vitest';
import { pathTo, routeOf } from './router.ts';

describe('addresses', () => {
  it.each([
    [pathTo.lobby, { at: 'lobby' }],
    [pathTo.talk('lobby'), { at: 'talk', channel: 'lobby' }],
    [pathTo.match('m-7'), { at: 'match', match: 'm-7' }],
    [pathTo.player('a/b c'), { at: 'player', player: 'a/b c' }],
    ['/admin', { at: 'admin', list: 'players' }],
    [pathTo.admin('sessions', 's-7f3'), { at: 'admin', list: 'sessions', name: 's-7f3' }],
    ['/admin/secrets', { at: 'nowhere' }],
    ['/m', { at: 'nowhere' }],
    ['/p/%E0%A4%A', { at: 'player', player: '%E0%A4%A' }],
  ])('[V1] %s is a route', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });
});
