import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Match, Player } from '#schema/resources.ts';
import { type Postgres, startPostgres } from '#scripts/postgres.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Any, backAfter, notes } from './play.ts';

quiet();
let postgres: Postgres;
let cluster: Cluster;
let people: [Person, Person];
beforeAll(async () => {
  postgres = await startPostgres();
  cluster = await startCluster(3, { DATABASE_URL: postgres.url });
  people = [await cluster.register('Ada'), await cluster.register('Bea')];
});
afterAll(async () => {
  await cluster?.close();
  await postgres?.stop();
});

type Game = DurableConnection<ConnectFour>;

async function played(person: Person): Promise<number> {
  const me = await person.call<Player>('GET', 'players/me');
  type Stats = { items: { metadata: { name: string }; status: { played: number } }[] };
  const { items } = await person.call<Stats>('GET', 'stats');
  return items.find(({ metadata }) => metadata.name === me.metadata.name)?.status.played ?? 0;
}

it('[P21] Postgres is unavailable: play continues, an outcome waits, outlives its owner, and is counted once', async () => {
  await cluster.settled();
  const order = { apiVersion: 'parlor.dev/v1', kind: 'Match', spec: { game: 'connect-four' } };
  const { metadata } = await people[0].call<Match>('POST', 'matches', order);
  const room = metadata.name;
  const games: Game[] = await Promise.all(people.map((person) => person.open<ConnectFour>(room)));
  const probe = await people[0].open('probe-1');
  await until(() => games.every(({ state }) => state.phase === 'playing'));
  await postgres.crash();

  const talking = notes(probe as Any, 'n');
  await until(() => talking.count() > 10);
  expect(await games[0]?.submit('resign')).toMatchObject({ ok: true });
  await until(() => games.every(({ state }) => state.phase === 'finished'));
  await expect
    .poll(() => cluster.outputs().join('').includes('outcome not delivered; retrying'), { timeout: 20_000 })
    .toBe(true);
  // It keeps its room, and is the successor's when the owner dies.
  expect((await cluster.store.find(room))?.unsettled).toBe(true);
  const owner = await cluster.ownerOf(room);
  await backAfter(games as unknown as Any[], () => owner.end('SIGKILL'));
  await until(() => games.every(({ state }) => state.phase === 'finished'));
  const count = talking.count();
  await until(() => talking.count() > count + 10, 20_000);
  expect((await cluster.store.find(room))?.unsettled).toBe(true);
  await talking.stop();

  await postgres.start();
  const from = performance.now();
  await expect.poll(() => played(people[0]).catch(() => 0), { timeout: 60_000, interval: 100 }).toBe(1);
  console.log(JSON.stringify({ outcomeTakenMs: Math.round(performance.now() - from) }));
  expect(await played(people[1])).toBe(1);
  await expect.poll(async () => (await cluster.store.find(room))?.unsettled, { timeout: 20_000 }).toBe(false);
  expect(await played(people[0])).toBe(1);
});
