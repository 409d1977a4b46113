import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Match } from '#schema/resources.ts';
import { highest, hosts } from '#server/cluster/rendezvous.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { administratorIn, Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';

quiet();
let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster(3, {}, 'server/main.ts');
});
afterAll(() => cluster?.close());

/** The password is told once, by the first process. */
async function administrator(): Promise<Person> {
  const { origin } = cluster.edge;
  const { username, password } = administratorIn(cluster.outputs().join(''));
  const browser = createBrowser({ url: origin, realm: 'parlor', clientId: 'parlor-web' });
  return new Person(origin, (await browser.signIn(username, password, `${origin}/`)).access_token);
}

it('[P44] a quarantined room is retried through a process that will not own it, and continues', async () => {
  const ada = await cluster.register('Ada');
  const { token } = await administrator();
  await cluster.settled();
  const { metadata } = await ada.call<Match>('POST', 'matches', {
    apiVersion: 'parlor.dev/v1',
    kind: 'Match',
    spec: { game: 'connect-four' },
  });
  const room = metadata.name;
  const before = await ada.open<ConnectFour>(room);
  const { seat } = before;
  await until(() => before.status === 'live');
  const owner = await cluster.ownerOf(room);
  await before.leave(false);
  await vi.waitUntil(async () => !(await cluster.store.find(room))?.unsettled, { timeout: 20_000 });
  await owner.end('SIGKILL');
  await cluster.store.quarantine(room, 'somebody wants to look at it');

  expect((await ada.open<ConnectFour>(room)).refusal).toBe('room-quarantined');
  await cluster.settled();
  // The registry still has the killed process for a while; the others no longer count it.
  const alive = (await cluster.members()).filter(({ address }) =>
    cluster.rooms.some(({ origin }) => address.endsWith(new URL(origin).port)),
  );
  const successor = highest(room, alive.filter(hosts));
  const other = cluster.rooms.find(({ origin }) => !successor?.address.endsWith(new URL(origin).port));
  const administratorThere = new Person(other?.origin ?? '', token);
  const answer = await administratorThere.call<{ message: string }>('POST', `rooms/${room}/retry`, {});
  expect(answer.message).toBe(`The room "${room}" is back.`);
  expect((await cluster.ownerOf(room)).origin).not.toBe(other?.origin);

  const after = await ada.open<ConnectFour>(room);
  await until(() => after.status === 'live');
  expect(after.seat).toBe(seat);
  await after.leave();
});

it('[P44] a quarantined match and its talk are ended through any process: nobody wins, the log is kept', async () => {
  const bea = await cluster.register('Bea');
  const { token } = await administrator();
  const { metadata } = await bea.call<Match>('POST', 'matches', {
    apiVersion: 'parlor.dev/v1',
    kind: 'Match',
    spec: { game: 'connect-four' },
  });
  const room = metadata.name;
  const talk = `channel-${room}`;
  const { journal = '' } = (await cluster.store.find(room)) ?? {};
  const owner = await cluster.ownerOf(room);
  await owner.end('SIGKILL');
  for (const one of [room, talk]) await cluster.store.quarantine(one, 'somebody wants to look at it');
  await cluster.settled();

  const there = new Person(cluster.rooms[0]?.origin ?? '', token);
  await expect(bea.call('DELETE', `matches/${room}`)).rejects.toThrow('403');
  await there.call('DELETE', `matches/${room}?dryRun=All`);
  expect((await cluster.store.find(room))?.ended).toBe(false);
  await there.call('DELETE', `matches/${room}`);
  expect((await cluster.store.find(room))?.ended).toBe(true);
  expect((await cluster.store.read(room, journal))?.entries.length).toBeGreaterThan(0);
  expect(await cluster.store.find(talk)).toBeUndefined();
  expect((await bea.open<ConnectFour>(room)).refusal).toBe('room-ended');
  await expect(there.call('DELETE', `matches/${room}`)).rejects.toThrow('404');
  // Its owner may be one of those that were killed, and nobody has asked for it since.
  await there.call('POST', 'rooms/channel-lobby/retry', {});
  await expect(there.call('DELETE', 'rooms/channel-lobby')).rejects.toThrow('409');
});
