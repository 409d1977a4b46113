import { expect, it } from 'vitest';
import { requestId } from '#server/telemetry/request-id.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

it('[O11] an incoming id is used if it is safe to log, and stays the same from then on', () => {
  for (const given of ['4bf92f3577b34da6a3ce929d0e0e4736', 'order-17', 'A'.repeat(64)]) {
    const headers = { 'x-request-id': given };
    expect([requestId({ headers }), requestId({ headers })]).toEqual([given, given]);
  }
  const headers = {};
  const made = requestId({ headers });
  expect(made).toMatch(UUID);
  expect(headers).toEqual({ 'x-request-id': made });
});

it("[O11] an id that is too long or short, or has words, lines or a token's dots, is replaced", () => {
  const bad = [
    '',
    'short',
    'A'.repeat(65),
    'hello there',
    'a\nb-injected',
    'eyJhbGciOi.eyJzdWIi.c2ln',
    'öööööööö',
    '<script>x',
  ];
  for (const given of bad) expect(requestId({ headers: { 'x-request-id': given } }), given).toMatch(UUID);
  expect(requestId({ headers: { 'x-request-id': ['order-17', 'order-18'] as never } })).toMatch(UUID);
});
