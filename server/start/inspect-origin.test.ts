import { expect, it } from 'vitest';
import { inspectOrigin } from '#server/start/inspect-origin.ts';

it('[T2] an origin on which browsers cannot sign in is logged at the start', () => {
  const told: object[] = [];
  const log = { error: (fields: object) => told.push(fields) } as never;
  for (const origin of [
    'https://play.example.org',
    'http://localhost:2567',
    'http://parlor.localhost',
    'http://127.0.0.1:1',
    'http://[::1]:1',
  ])
    inspectOrigin({ origin }, log);
  expect(told).toEqual([]);
  inspectOrigin({ origin: 'http://play.test:2567' }, log);
  expect(told).toMatchObject([{ problem: expect.stringContaining('https') }]);
});
