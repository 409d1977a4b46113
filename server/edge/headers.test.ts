import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { towardsClient, towardsMember } from '#server/edge/headers.ts';

function message(...rawHeaders: string[]): IncomingMessage {
  const connection = rawHeaders[rawHeaders.findIndex((one) => one.toLowerCase() === 'connection') + 1];
  return { rawHeaders, headers: { connection } } as unknown as IncomingMessage;
}

const OUR_ID = ['X-Request-Id', expect.stringMatching(/^[0-9a-f-]{36}$/)];

it('[Z6] headers that only a proxy may set are removed from clients', () => {
  const claims = [
    'Forwarded',
    'X-Forwarded-For',
    'x-forwarded-host',
    'X-FORWARDED-PROTO',
    'X-Real-IP',
    'X-Client-IP',
    'Via',
    'X-Request-Id',
  ];
  const request = message(...claims.flatMap((name) => [name, '6.6.6.6']), 'Cookie', 'a=b', 'Host', 'parlor.test');
  expect(towardsMember(request, '203.0.113.9')).toEqual([
    'Cookie',
    'a=b',
    'Host',
    'parlor.test',
    'X-Forwarded-For',
    '203.0.113.9',
    ...OUR_ID,
  ]);
});

it('[Z6] hop-by-hop headers and those named in Connection are removed, in both directions', () => {
  const hop = ['Connection', 'close, X-Secret', 'Keep-Alive', '5', 'TE', 'x', 'Transfer-Encoding', 'chunked'];
  const own = ['Upgrade', 'h2c', 'HTTP2-Settings', 'x', 'Proxy-Authorization', 'x', 'Expect', 'x', 'X-Secret', '1'];
  expect(towardsMember(message(...hop, ...own), 'a')).toEqual(['X-Forwarded-For', 'a', ...OUR_ID]);
  expect(towardsClient(message(...hop, ...own, 'Set-Cookie', 'a', 'Set-Cookie', 'b'))).toEqual([
    'Set-Cookie',
    'a',
    'Set-Cookie',
    'b',
  ]);
});

it('[Z6] naming our own headers in Connection does not remove them', () => {
  expect(towardsMember(message('Connection', 'X-Forwarded-For'), 'a')).toEqual(['X-Forwarded-For', 'a', ...OUR_ID]);
});
