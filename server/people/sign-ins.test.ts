import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '#db/connect.ts';
import { banStore } from '#db/stores/bans.ts';
import { playerStore } from '#db/stores/players.ts';
import { revocationStore } from '#db/stores/revocations.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { freshDatabase } from '#db/testing/engines.ts';
import { testSealing } from '#db/testing/sealing.ts';
import { SINGLE_NODE } from '#server/cluster/single-node.ts';
import { createBans } from '#server/people/bans.ts';
import { createRevocations, type Revocations } from '#server/people/revocations.ts';
import { createSignIns, type SignIns } from '#server/people/sign-ins.ts';
import { createLog } from '#server/telemetry/log.ts';

let database: Database;
let revoked: Revocations;
let signIns: SignIns;
let asked: number;

const welcome = (session: string, player: string) => signIns.authenticate(`${session} ${player}`, { userAgent: '' });

beforeEach(async () => {
  database = await openDatabase(await freshDatabase());
  const { db } = database;
  const sealing = testSealing();
  const players = playerStore(db, sealing);
  const sessions = sessionStore(db, sealing);
  const revocations = revocationStore(db);
  revoked = await createRevocations({
    sessions,
    revocations,
    bans: createBans(banStore(db), Date.now),
    playerOf: (sub) => sub,
    revocationBus: SINGLE_NODE.revocationBus,
  });
  asked = 0;
  signIns = createSignIns({
    verify: async (token) => {
      const [session = '', player = ''] = token.split(' ');
      return { player, name: player, roles: [], session, expiresAt: 0, subject: player };
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
    known: revoked.known,
    log: createLog('silent'),
  });
});
afterEach(async () => {
  revoked.stop();
  await database.close().catch(() => {});
});

it('[L38] with Postgres unavailable a known ended session is refused, and a doubtful one needs a token', async () => {
  for (const [session, player] of [
    ['ended', 'ann'],
    ['older', 'bea'],
    ['fine', 'cy'],
  ] as const)
    await welcome(session, player);
  const look = () =>
    Promise.all([
      signIns.liveness.look('ended', 'ann'),
      signIns.liveness.look('older', 'bea'),
      signIns.liveness.look('fine', 'cy'),
    ]);
  expect(await look()).toEqual(['live', 'live', 'live']);
  await revoked.providerEnded({ sub: 'ann', sid: 'ended' });
  await revoked.providerEnded({ sub: 'bea' });
  await welcome('newer', 'bea');
  expect(await look()).toEqual(['ended', 'ended', 'live']);
  expect(await signIns.liveness.look('newer', 'bea')).toBe('live');
  await database.close();
  expect(await look()).toEqual(['ended', 'ended', 'live']);
  expect(await signIns.liveness.look('newer', 'bea')).toBe('unsure');
});

it('[L38] after a database timeout later requests do not query it again', async () => {
  await database.close();
  for (let visit = 0; visit < 20; visit++) await welcome(`login-${visit}`, 'dee');
  expect(asked).toBe(1);
});
