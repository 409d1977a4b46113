import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { RoomRecord } from '#rooms/ports.ts';
import type { Match, Player } from '#schema/resources.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Any, backAfter } from './play.ts';

quiet();
let cluster: Cluster;
let people: [Person, Person];
beforeAll(async () => {
  cluster = await startCluster();
  people = [await cluster.register('Ada'), await cluster.register('Bea')];
});
afterAll(() => cluster?.close());

type Game = DurableConnection<ConnectFour>;

const API = { apiVersion: 'parlor.dev/v1' };

async function table(config = {}): Promise<{ room: string; games: [Game, Game] }> {
  const spec = { game: 'connect-four', config };
  const { metadata } = await people[0].call<Match>('POST', 'matches', { ...API, kind: 'Match', spec });
  const room = metadata.name;
  const games: [Game, Game] = [await people[0].open<ConnectFour>(room), await people[1].open<ConnectFour>(room)];
  await until(() => games.every(({ state }) => state.phase === 'playing'));
  return { room, games };
}

it('[P17] a turn clock continues after a takeover without an absence', async () => {
  await cluster.settled();
  const { room, games } = await table({ turnMs: 60_000 });
  const [ada] = games;
  const owner = await cluster.ownerOf(room);
  const before = ada.state.turnUntil - ada.playTime();
  const from = performance.now();
  await backAfter(games as unknown as Any[], () => owner.end('SIGKILL'));
  const after = ada.state.turnUntil - ada.playTime();
  // It ran while the owner lived, and not longer than that.
  expect(before - after).toBeLessThan(performance.now() - from + 1_000);
  expect(before - after).toBeGreaterThan(-1_500);
  expect(ada.state.turnUntil).toBeGreaterThan(0);
  for (const game of games) await game.leave(false);
  await cluster.add();
});

it('[P17] an abandoned match is lost on time, whichever process dies, and counted once', async () => {
  await cluster.settled();
  const { room, games } = await table({ turnMs: 5_000 });
  const owner = await cluster.ownerOf(room);
  for (const game of games) await game.leave(false);
  await owner.end('SIGKILL');
  await expect
    .poll(async () => (await people[0].call<Match>('GET', `matches/${room}`)).status.phase, { timeout: 60_000 })
    .toBe('finished');
  await expect.poll(async () => played(people[0]), { timeout: 60_000 }).toBe(1);
  expect(await played(people[1])).toBe(1);
  await cluster.add();
});

async function played(person: Person): Promise<number> {
  const me = await person.call<Player>('GET', 'players/me');
  const { items } = await person.call<{ items: { metadata: { name: string }; status: { played: number } }[] }>(
    'GET',
    'stats',
  );
  return items.find(({ metadata }) => metadata.name === me.metadata.name)?.status.played ?? 0;
}

it('[P17] a message expires on time, though its room had no owner and no client', async () => {
  await cluster.settled();
  const message = { ...API, kind: 'Message', spec: { channel: 'lobby', text: 'soon gone', ttlSeconds: 5 } };
  await people[0].call('POST', 'messages', message);
  const owner = await cluster.ownerOf('channel-lobby');
  const before = await cluster.store.find('channel-lobby');
  await owner.end('SIGKILL');
  // Somebody adopts it without being asked, and looks after it when the message's time is up.
  const record = async () => (await cluster.store.find('channel-lobby')) as RoomRecord;
  await expect.poll(async () => (await record()).owner, { timeout: 30_000 }).not.toBe(before?.owner);
  const { deadline } = await vi.waitFor(async () => {
    const found = await record();
    if (found.unsettled || found.deadline === undefined) throw new Error('not settled yet');
    return found;
  }, 10_000);
  await expect
    .poll(async () => (await record()).unsettled || (await record()).deadline === deadline, { timeout: 30_000 })
    .toBe(false);
  const { items } = await people[1].call<{ items: unknown[] }>('GET', 'messages?labelSelector=channel%3Dlobby');
  expect(items).toEqual([]);
});
