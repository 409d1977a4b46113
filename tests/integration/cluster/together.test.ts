import { Client } from '@colyseus/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Channel } from '#schema/chat.ts';
import type { LobbyState } from '#schema/lobby.ts';
import { CLOSE } from '#schema/protocol.ts';
import type { Match } from '#schema/resources.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';

quiet();
let cluster: Cluster;
let people: Person[];
beforeAll(async () => {
  cluster = await startCluster();
  people = [await cluster.register('Ada'), await cluster.register('Bea'), await cluster.register('Cy')];
});
afterAll(() => cluster?.close());

/** The same person, by way of one process and not of the edge. */
const by = (person: Person, n: number) => new Person((cluster.rooms[n] as { origin: string }).origin, person.token);

const order = (spec: object) => ({ apiVersion: 'parlor.dev/v1', kind: 'Match', spec });

it("[P3] a guest in one process's lobby is visible in all, and so are the tables", async () => {
  const lobbies = await Promise.all(
    people.map(async (person, n) => {
      const client = new Client((cluster.rooms[n] as { origin: string }).origin);
      client.auth.token = person.token;
      return client.joinById<LobbyState>('lobby');
    }),
  );
  const names = (n: number) => [...(lobbies[n]?.state.guests?.values() ?? [])].map(({ name }) => name).sort();
  await until(() => lobbies.every((_, n) => names(n).join() === 'Ada,Bea,Cy'));
  const { metadata } = await by(people[0] as Person, 0).call<Match>('POST', 'matches', order({ game: 'connect-four' }));
  await until(() => lobbies.every(({ state }) => state.tables.has(metadata.name)));
  await lobbies[1]?.leave();
  await until(() => names(0).join() === 'Ada,Cy' && names(2).join() === 'Ada,Cy', 20_000);
  for (const lobby of lobbies) void lobby.leave();
});

it('[P15] every process lists the same rooms, matches and channels, wherever they are', async () => {
  const rooms: string[] = [];
  const owners = new Set<string | undefined>();
  // New tables go where there is less to do.
  while (owners.size < 2 || rooms.length < 3) {
    const from = by(people[0] as Person, rooms.length % 3);
    const { metadata } = await from.call<Match>('POST', 'matches', order({ game: 'connect-four' }));
    rooms.push(metadata.name);
    // Only who has a seat sees the talk beside a match.
    const client = new Client((await cluster.ownerOf(metadata.name)).origin);
    client.auth.token = from.token;
    await client.joinById(metadata.name);
    owners.add((await cluster.store.find(metadata.name))?.owner);
  }
  for (const n of [0, 1, 2]) {
    const person = by(people[0] as Person, n);
    const listed = async (path: string) =>
      (await person.call<{ items: { metadata: { name: string } }[] }>('GET', path)).items.map(
        ({ metadata }) => metadata.name,
      );
    for (const room of rooms) {
      await person.call('GET', `matches/${room}`);
      await expect.poll(() => listed('matches'), { timeout: 5_000 }).toContain(room);
      await expect.poll(() => listed('rooms'), { timeout: 5_000 }).toContain(room);
      await expect.poll(() => listed('channels'), { timeout: 5_000 }).toContain(room);
    }
  }
});

it('[P15] two concurrent quick-match requests through two processes get the same match', async () => {
  const quick = order({ game: 'connect-four', mode: 'quick' });
  const found = await Promise.all([
    by(people[1] as Person, 1).call<Match>('POST', 'matches', quick),
    by(people[2] as Person, 2).call<Match>('POST', 'matches', quick),
  ]);
  expect(found[0]?.metadata.name).toBe(found[1]?.metadata.name);
});

it('[P14] a session ended on one process is closed and refused on all', async () => {
  const home = `${cluster.edge.origin}/`;
  const browser = createBrowser({ url: cluster.edge.origin, realm: 'parlor', clientId: 'parlor-web' });
  const page = await browser.start(home, 'register');
  const tokens = await browser.finish(await browser.submit(page, { username: 'Dot', password: 'a long enough one' }));
  const dot = new Person(cluster.edge.origin, tokens.access_token);
  const seats = [await dot.open<Channel>('channel-lobby'), await dot.open('probe-1')];
  // A socket at every process, whoever is asked to end the session.
  const closed: number[] = [];
  for (const { origin } of cluster.rooms) {
    const client = new Client(origin);
    client.auth.token = dot.token;
    (await client.joinById<LobbyState>('lobby')).onLeave((code) => void closed.push(code));
  }
  const from = performance.now();
  const left = await browser.signOut(tokens, home);
  expect(left.status).toBeLessThan(500);
  await until(() => closed.length === 3 && seats.every(({ status }) => status === 'signed-out'));
  console.log(JSON.stringify({ signedOutEverywhereMs: Math.round(performance.now() - from) }));
  expect(closed).toEqual([CLOSE.sessionEnded, CLOSE.sessionEnded, CLOSE.sessionEnded]);
  for (const n of [0, 1, 2]) await expect(by(dot, n).call('GET', 'players/me')).rejects.toThrow('401');
});

it('[P14] while Redis is frozen an ended session is refused on all processes: the database is queried', async () => {
  const browser = createBrowser({ url: cluster.edge.origin, realm: 'parlor', clientId: 'parlor-web' });
  const page = await browser.start(`${cluster.edge.origin}/`, 'register');
  const tokens = await browser.finish(await browser.submit(page, { username: 'Eve', password: 'a long enough one' }));
  const eve = new Person(cluster.edge.origin, tokens.access_token);
  for (const n of [0, 1, 2]) await by(eve, n).call('GET', 'players/me');
  cluster.redis.pause();
  try {
    await until(() => cluster.rooms.every(({ output }) => output.includes('lease expired; rooms paused')), 20_000);
    await browser.signOut(tokens, `${cluster.edge.origin}/`);
    for (const n of [0, 1, 2]) await expect(by(eve, n).call('GET', 'players/me')).rejects.toThrow('401');
  } finally {
    cluster.redis.resume();
  }
  await cluster.settled();
  for (const n of [0, 1, 2]) await expect(by(eve, n).call('GET', 'players/me')).rejects.toThrow('401');
});

it('[P12] many concurrent requests for an unowned room end with one owner, and all find it', async () => {
  await cluster.settled();
  const room = 'channel-lobby';
  const owner = await cluster.ownerOf(room);
  await owner.end('SIGKILL');
  const posts = cluster.rooms.flatMap((_, n) =>
    people.map((person, i) => {
      const message = {
        apiVersion: 'parlor.dev/v1',
        kind: 'Message',
        spec: { channel: 'lobby', text: `${n} ${i}` },
      };
      return by(person, n).call<{ status: { seq: number } }>('POST', 'messages', message);
    }),
  );
  const seqs = (await Promise.all(posts)).map(({ status }) => status.seq);
  expect(new Set(seqs).size).toBe(seqs.length);
  const next = await cluster.ownerOf(room);
  expect(next).not.toBe(owner);
});
