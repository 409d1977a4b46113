import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ServerClock } from '#client/clock.ts';
import { Rest } from './rest.ts';

/** An API that takes one token only, and says what was asked of it. */
async function api(good: string, date: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.authorization}`);
    response.setHeader('date', date);
    response.statusCode = request.headers.authorization === `Bearer ${good}` ? 200 : 401;
    response.end(JSON.stringify({ message: 'no' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, origin, [Symbol.asyncDispose]: async () => void server.close() };
}

it('[V13] a refused token is renewed once, and the request repeated', async () => {
  await using server = await api('new', new Date().toUTCString());
  const rest = new Rest(server.origin, async (refused) => (refused === 'old' ? 'new' : 'old'), new ServerClock());
  await rest.post('matches', {});
  expect(server.asked).toEqual(['POST Bearer old', 'POST Bearer new']);
});

it('[V13] a second refusal is reported', async () => {
  await using server = await api('none', new Date().toUTCString());
  const rest = new Rest(server.origin, async (refused) => (refused === 'old' ? 'new' : 'old'), new ServerClock());
  await expect(rest.get('players/me')).rejects.toMatchObject({ status: 401 });
  expect(server.asked).toHaveLength(2);
});

it('[V11] each answer sets the clock for relative times', async () => {
  await using server = await api('old', 'Fri, 06 Mar 2026 20:15:00 GMT');
  const clock = new ServerClock();
  await new Rest(server.origin, async () => 'old', clock).get('players/me');
  expect(new Date(clock.now()).toISOString()).toMatch(/^2026-03-06T20:15:0/);
});
