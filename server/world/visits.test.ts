import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '#db/connect.ts';
import { banStore } from '#db/stores/bans.ts';
import { playerStore } from '#db/stores/players.ts';
import { revocationStore } from '#db/stores/revocations.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { freshDatabase } from '#db/testing/engines.ts';
import { testSealing } from '#db/testing/sealing.ts';
import { createLog } from '#server/telemetry/log.ts';
import { createBans } from '#server/world/bans.ts';
import { createEndings, type Endings } from '#server/world/endings.ts';
import { NO_NEWS } from '#server/world/news.ts';
import { createVisits, type Visits } from '#server/world/visits.ts';

let database: Database;
let endings: Endings;
let visits: Visits;
let asked: number;

const welcome = (login: string, player: string) => visits.authenticate(`${login} ${player}`, { userAgent: '' });

beforeEach(async () => {
  database = await openDatabase(await freshDatabase());
  const { db } = database;
  const sealing = testSealing();
  const players = playerStore(db, sealing);
  const sessions = sessionStore(db, sealing);
  const revocations = revocationStore(db);
  endings = await createEndings({
    sessions,
    revocations,
    bans: createBans(banStore(db), Date.now),
    playerOf: (sub) => sub,
    news: NO_NEWS,
  });
  asked = 0;
  visits = createVisits({
    verify: async (token) => {
      const [login = '', player = ''] = token.split(' ');
      return { player, name: player, roles: [], login, expiresAt: 0, subject: player };
    },
    players,
    sessions: {
      ...sessions,
      touch(...given) {
        asked++;
        return sessions.touch(...given);
      },
    },
    revocations,
    known: endings.known,
    log: createLog('silent'),
  });
});
afterEach(async () => {
  endings.stop();
  await database.close().catch(() => {});
});

it('[L38] with Postgres away a login that is known as ended does not return, and one in doubt needs a token', async () => {
  for (const [login, player] of [
    ['ended', 'ann'],
    ['older', 'bea'],
    ['fine', 'cy'],
  ] as const)
    await welcome(login, player);
  const look = () =>
    Promise.all([
      visits.logins.look('ended', 'ann'),
      visits.logins.look('older', 'bea'),
      visits.logins.look('fine', 'cy'),
    ]);
  expect(await look()).toEqual(['live', 'live', 'live']);
  await endings.providerEnded({ sub: 'ann', sid: 'ended' });
  await endings.providerEnded({ sub: 'bea' });
  await welcome('newer', 'bea');
  expect(await look()).toEqual(['ended', 'ended', 'live']);
  expect(await visits.logins.look('newer', 'bea')).toBe('live');
  await database.close();
  expect(await look()).toEqual(['ended', 'ended', 'live']);
  expect(await visits.logins.look('newer', 'bea')).toBe('unsure');
});

it('[L38] a database that did not answer is not asked again by each request that follows', async () => {
  await database.close();
  for (let visit = 0; visit < 20; visit++) await welcome(`login-${visit}`, 'dee');
  expect(asked).toBe(1);
});
