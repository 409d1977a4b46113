import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Channel } from '#schema/chat.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Any, allUp, backAfter, notes, seenBy } from './play.ts';

quiet();
let cluster: Cluster;
let people: Person[];
beforeAll(async () => {
  cluster = await startCluster();
  people = [await cluster.register('Ada'), await cluster.register('Bea'), await cluster.register('Cy')];
});
afterAll(() => cluster?.close());

it('[P7] the owner is killed during play: everybody returns to the same room, and nothing acknowledged is lost', async () => {
  await cluster.settled();
  const seats: Any[] = [];
  for (const person of people) seats.push(await person.open('probe-1'));
  const sessions = seats.map(({ room }) => room?.sessionId);
  const talking = seats.map((seat, i) => notes(seat, `n${i}`));
  await until(() => talking.every(({ count }) => count() > 20));
  const owner = await cluster.ownerOf('probe-1');
  const back = await backAfter(seats, () => owner.signal('SIGKILL'));
  const before = talking.map(({ count }) => count());
  await until(() => talking.every(({ count }, i) => count() > (before[i] as number) + 20));
  const acked = (await Promise.all(talking.map(({ stop }) => stop()))).flat();
  console.log(JSON.stringify({ killedBackMs: back, acked: acked.length }));
  expect(seats.map(({ room }) => room?.sessionId)).toEqual(sessions);
  acked.sort((a, b) => a.seq - b.seq);
  const last = acked.at(-1)?.seq;
  await until(() => seats.every((seat) => seenBy(seat).at(-1)?.seq === last));
  // Each note is there once, in its place; nothing is there that was not acknowledged.
  for (const seat of seats) {
    const seen = seenBy(seat);
    expect(acked.filter(({ seq }) => seq >= (seen[0]?.seq ?? 0))).toEqual(seen);
  }
  expect(await cluster.ownerOf('probe-1')).not.toBe(owner);
});

it('[P8] a REST request reaches the owner from any process, and repeating the key returns the first answer', async () => {
  const [ada] = people as [Person, Person, Person];
  const talk = await ada.open<Channel>('channel-lobby');
  await allUp([talk as Any]);
  const seqs: unknown[] = [];
  for (const { origin } of cluster.rooms) {
    const spec = { channel: 'lobby', text: 'by REST' };
    const message = { apiVersion: 'parlor.dev/v1', kind: 'Message', spec };
    const own = Object.assign(Object.create(Object.getPrototypeOf(ada)), ada, { origin }) as Person;
    const posted = await own.call<{ status: { seq: number } }>('POST', 'messages', message, {
      'idempotency-key': 'k1',
    });
    seqs.push(posted.status.seq);
    const listed = await own.call<{ items: unknown[] }>('GET', 'messages?labelSelector=channel%3Dlobby');
    expect(listed.items).toHaveLength(1);
  }
  expect(new Set(seqs).size).toBe(1);
  await until(() => talk.state.messages.size === 1);
});
