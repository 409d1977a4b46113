import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { addressOf, limitKey } from '#server/http/address.ts';

function from(remote: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remote });
  const request = new IncomingMessage(socket);
  if (forwarded) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

it('[H7] believes forwarding headers exactly as far as proxies are trusted', () => {
  expect(addressOf(from('203.0.113.9', '1.1.1.1'), 0)).toBe('203.0.113.9');
  expect(addressOf(from('10.0.0.1', '1.1.1.1, 203.0.113.9'), 1)).toBe('203.0.113.9');
  expect(addressOf(from('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2'), 2)).toBe('203.0.113.9');
  expect(addressOf(from('10.0.0.1'), 2)).toBe('10.0.0.1');
  expect(addressOf(from('::ffff:203.0.113.9'), 0)).toBe('203.0.113.9');
});

it('[H7] counts a whole /64 of IPv6 as one', () => {
  expect(limitKey('203.0.113.9')).toBe('203.0.113.9');
  expect(limitKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(limitKey('2001:db8:1:2::9')).toBe(limitKey('2001:0db8:1:2:ffff::1'));
  expect(limitKey('2001:db8:1:3::9')).not.toBe(limitKey('2001:db8:1:2::9'));
  expect(limitKey('::1')).toBe('0:0:0:0::/64');
});
