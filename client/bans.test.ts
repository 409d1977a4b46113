import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { banLine } from '#client/bans.ts';
import { type Refusal, Rest } from '#client/net/rest.ts';
import { localMoment, texts } from '#client/texts.ts';
import { BAN_REASONS } from '#schema/resources.ts';
import { refusal } from '#schema/status.ts';
import { ServerClock } from './clock.ts';

/** What a page has of an API that refuses with these facts. */
async function refusedWith(facts: Record<string, string>) {
  const body = refusal('banned', { detail: 'until then', facts });
  const server = createServer((_, response) => void response.writeHead(body.code).end(JSON.stringify(body)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await new Rest(origin, async () => 'token', new ServerClock()).get('players/me').then(
      () => expect.unreachable(),
      (error: Refusal) => error,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it("[V19] a banned player reads the ban's end and each of its reasons", async () => {
  const endsAt = '2026-11-29T13:05:00.000Z';
  for (const reason of BAN_REASONS) {
    const line = banLine(await refusedWith({ endsAt, reason }));
    expect(line).toBe(`${texts.banned.until(localMoment(Date.parse(endsAt)))} ${texts.banned.reasons[reason]}`);
  }
  expect(banLine(await refusedWith({ endsAt: 'soon', reason: 'constructor' }))).toBe(texts.banned.reasons.other);
});

it.each([
  ['en-GB', 'Europe/Vienna', '29 November 2026 at 14:05 CET'],
  ['de-DE', 'Asia/Tokyo', '29. November 2026 um 22:05 GMT+9'],
  ['en-US', 'America/New_York', 'November 29, 2026 at 8:05 AM EST'],
])("[V19] the ban's end is formatted for %s in the zone %s", (locale, zone, written) => {
  expect(localMoment(Date.parse('2026-11-29T13:05:00Z'), [locale], zone).replace(/\u202f/g, ' ')).toBe(written);
});
