import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, hostPort, limitKey, parseAddress } from '#server/limits/address.ts';

function from(remote: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remote });
  const request = new IncomingMessage(socket);
  if (forwarded) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

it('[H7] forwarding headers count exactly as far as proxies are trusted', () => {
  expect(addressOf(from('203.0.113.9', '1.1.1.1'), 0)).toBe('203.0.113.9');
  expect(addressOf(from('10.0.0.1', '1.1.1.1, 203.0.113.9'), 1)).toBe('203.0.113.9');
  expect(addressOf(from('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2'), 2)).toBe('203.0.113.9');
  expect(addressOf(from('10.0.0.1'), 2)).toBe('10.0.0.1');
  expect(addressOf(from('::ffff:203.0.113.9'), 0)).toBe('203.0.113.9');
});

it('[H7] an IPv6 /64 counts as one address', () => {
  expect(limitKey('203.0.113.9')).toBe('203.0.113.9');
  expect(limitKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(limitKey('2001:db8:1:2::9')).toBe(limitKey('2001:0db8:1:2:ffff::1'));
  expect(limitKey('2001:db8:1:3::9')).not.toBe(limitKey('2001:db8:1:2::9'));
  expect(limitKey('::1')).toBe('0:0:0:0::/64');
});

const v4 = fc.ipV4();
const v6 = fc.ipV6().map((text) => new URL(`http://[${text}]`).hostname.slice(1, -1));
const port = fc.integer({ min: 0, max: 65_535 });
const around = fc.constantFrom('', ' ', '\t');
/** Every way in which proxies write an address, beside the plain one. */
const spelled = fc
  .oneof(fc.tuple(v4, fc.constant(undefined)), fc.tuple(fc.constant(undefined), v6))
  .chain(([four, six]) => {
    const zone = fc.constantFrom('', '%eth0', '%1');
    const forms =
      four !== undefined
        ? [
            fc.constant(four),
            port.map((n) => `${four}:${n}`),
            fc.constant(`::ffff:${four}`),
            port.map((n) => `[::FFFF:${four}]:${n}`),
          ]
        : [
            zone.map((z) => `${six}${z}`),
            zone.map((z) => `[${six}${z}]`),
            port.map((n) => `[${six?.toUpperCase()}]:${n}`),
          ];
    const quoted = fc.oneof(...forms).chain((text) => fc.constantFrom(text, `"${text}"`));
    return fc
      .tuple(around, quoted, around)
      .map(([a, text, b]) => ({ plain: four ?? (six as string), text: a + text + b }));
  });

it('[H7] one address is one key in every spelling', () => {
  fc.assert(
    fc.property(spelled, fc.constantFrom(1, 2, 3), ({ plain, text }, proxies) => {
      expect(parseAddress(text)).toBe(parseAddress(plain));
      expect(limitKey(text)).toBe(limitKey(plain));
      expect(limitKey(limitKey(text))).toBe(limitKey(text));
      const behind = Array.from({ length: proxies - 1 }, (_, n) => `10.0.0.${n + 1}`);
      const chain = ['1.1.1.1', text, ...behind].join(',');
      expect(addressOf(from('127.0.0.1', chain), proxies)).toBe(parseAddress(plain));
    }),
  );
});

it('[H7] an invalid address is never a key: the address of the proxy that sent it is used', () => {
  const garbage = fc.oneof(
    fc.constantFrom(
      'unknown',
      '_hidden',
      '-',
      '1.2.3',
      '1.2.3.4.5',
      '01.2.3.4',
      '0x7f.1',
      '1.2.3.4:',
      '1.2.3.4:99999x',
    ),
    fc.constantFrom(
      '[1.2.3.4]',
      '[',
      '[]',
      '::ffff:',
      ':1',
      '2001:db8::1]:80',
      '1::2::3',
      'for=1.2.3.4',
      '"',
      '%',
      '::1%'.repeat(40),
    ),
    fc.string().filter((text) => !/[,]/.test(text) && parseAddress(text) === undefined && text.trim() !== ''),
  );
  fc.assert(
    fc.property(garbage, (text) => {
      expect(parseAddress(text)).toBeUndefined();
      expect(addressOf(from('10.0.0.9', `1.1.1.1, ${text}`), 1)).toBe('10.0.0.9');
      expect(addressOf(from('10.0.0.9', `1.1.1.1, ${text}, 10.0.0.8`), 2)).toBe('10.0.0.8');
    }),
  );
});

it('[H7] an IPv4 client of a dual-stack socket is counted by itself', () => {
  expect(limitKey('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(limitKey('::ffff:203.0.113.9')).not.toBe(limitKey('::ffff:203.0.113.8'));
});

it('[Q8] a process publishes an IPv6 host in brackets, valid in a URL', () => {
  for (const host of ['::1', 'fd00::7', '127.0.0.1', 'localhost'])
    expect(new URL(`http://${hostPort(host, 2567)}/`)).toMatchObject({ port: '2567' });
  expect(hostPort('::1', 2567)).toBe('[::1]:2567');
});
