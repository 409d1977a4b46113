import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../k6/thresholds.ts';
import { type Orders, ordersOf } from './orders.ts';
import { parseRule } from './rules.ts';

const orders = (...args: string[]) => ordersOf(args) as Orders;
const mistake = (...args: string[]) => (ordersOf(args) as { mistake: string }).mistake;
const REMOTE = ['--address', 'https://play.example.org/lobby', '--accounts', 'accounts.json'];

describe('arguments of a load test', () => {
  it('[W9] the arguments select one scenario or all, large or small, here or on another host', () => {
    expect(orders('probe')).toMatchObject({ scenarios: ['probe'], smoke: false, remote: undefined, vus: undefined });
    expect(orders('all', '--smoke', '--vus', '7')).toMatchObject({ scenarios: SCENARIOS, smoke: true, vus: 7 });
    expect(orders('rest-mix', ...REMOTE).remote?.origin).toBe('https://play.example.org');
  });

  it('[W9] a foreign server has no probe room and is not killed', () => {
    expect(orders('all', ...REMOTE).scenarios).toEqual(['lobby-chat', 'connect-four', 'join-storm', 'rest-mix']);
    expect(mistake('kill', ...REMOTE)).toContain('leave --address out');
  });

  it.each([
    ['nothing', [], 'Name one scenario'],
    ['two scenarios', ['probe', 'kill'], 'Name one scenario'],
    ['an unknown scenario', ['storm'], 'no scenario "storm"'],
    ['an unknown option', ['probe', '--fast'], '--fast'],
    ['a number that is none', ['probe', '--vus', '-3'], '--vus'],
    ['nobody', ['probe', '--seconds', '0'], 'no whole number'],
    ['an address that is none', ['rest-mix', '--address', 'localhost', '--accounts', 'a'], 'no http://'],
    ['an address without accounts', ['rest-mix', '--address', 'http://a'], '--accounts FILE'],
    ['accounts without an address', ['rest-mix', '--accounts', 'a'], 'belongs to --address'],
    ['a hundred processes', ['probe', '--processes', '100'], 'more than one machine'],
    ['processes elsewhere', ['rest-mix', ...REMOTE, '--processes', '3'], 'leave it or --address out'],
    ['a threshold that is none', ['probe', '--require', 'fast'], 'is no threshold'],
    ['a threshold on nothing', ['probe', '--require', 'speed:med<3'], '"speed" is not measured'],
    ['a median of a counter', ['probe', '--require', 'joins:med<3'], 'which is a counter'],
  ])('[W9] %s ends in a sentence', (_, args, sentence) => {
    expect(mistake(...args)).toContain(sentence);
  });

  it('[W6] thresholds are parsed as k6 does', () => {
    expect(parseRule('own_visible_ms:p(99.9)<50')).toEqual({
      measure: 'own_visible_ms',
      of: 'p(99.9)',
      is: '<',
      bound: 50,
    });
    expect(parseRule('join_ok: rate==1')).toEqual({ measure: 'join_ok', of: 'rate', is: '==', bound: 1 });
  });
});
