import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Match } from '#schema/resources.ts';
import { openPages } from '#tests/integration/process/pages.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Any, backAfter, notes, seenBy } from './play.ts';

quiet();
let cluster: Cluster;
let people: Person[];
beforeAll(async () => {
  cluster = await startCluster();
  people = [await cluster.register('Ada'), await cluster.register('Bea'), await cluster.register('Cy')];
});
afterAll(() => cluster?.close());

it('[P9] a process told to stop hands its rooms over first, and exits with 0', async () => {
  const pages = await openPages(await cluster.register('Dee'));
  onTestFinished(() => pages.close());
  const seats: Any[] = [];
  for (const person of people) seats.push(await person.open('probe-1'));
  const sessions = seats.map(({ room }) => room?.sessionId);
  const owner = await cluster.ownerOf('probe-1');
  const ended = owner.exited;
  const back = await backAfter(seats, () => owner.signal('SIGTERM'));
  console.log(JSON.stringify({ drainedBackMs: back }));
  expect((await ended)[0]).toBe(0);
  expect(owner.output).not.toContain('was left to whoever comes first');
  expect(seats.map(({ room }) => room?.sessionId)).toEqual(sessions);
});

it('[P9] all processes are replaced one by one during play: nothing is lost', async () => {
  const seats: Any[] = [];
  for (const person of people) seats.push(await person.open('probe-1'));
  const talking = seats.map((seat, i) => notes(seat, `n${i}`));
  for (const old of [...cluster.rooms]) {
    const before = talking.map(({ count }) => count());
    await cluster.add();
    old.signal('SIGTERM');
    expect((await old.exited)[0], old.output).toBe(0);
    await until(() => talking.every(({ count }, i) => count() > (before[i] as number) + 10), 30_000);
  }
  const acked = (await Promise.all(talking.map(({ stop }) => stop()))).flat().sort((a, b) => a.seq - b.seq);
  await until(() => seats.every((seat) => seenBy(seat).at(-1)?.seq === acked.at(-1)?.seq));
  for (const seat of seats) {
    const seen = seenBy(seat);
    expect(acked.filter(({ seq }) => seq >= (seen[0]?.seq ?? 0))).toEqual(seen);
  }
});

/** More than are handed over at the same time. */
const ROOMS = 12;

it('[X22] a process whose handover time is over waits for its calls in flight, closes the other rooms, and exits with 0', async () => {
  const cluster = await startCluster([{ env: { PARLOR_DRAIN_MS: '500' } }]);
  onTestFinished(() => cluster.close());
  const [owner] = cluster.rooms as [(typeof cluster.rooms)[number]];
  const ada = await cluster.register('Ada');
  const pages = await openPages(ada);
  onTestFinished(() => pages.close());
  const spec = { game: 'connect-four' };
  const rooms: string[] = [];
  for (let n = 0; n < ROOMS; n++) {
    const match = { apiVersion: 'parlor.dev/v1', kind: 'Match', spec };
    rooms.push((await ada.call<Match>('POST', 'matches', match)).metadata.name);
  }
  const successor = await cluster.add();
  await cluster.settled();
  successor.signal('SIGSTOP'); // it holds its lease for a while, and answers nothing
  const { code } = await owner.end('SIGTERM');
  successor.signal('SIGCONT');
  expect(code, owner.output).toBe(0);
  expect(owner.output).toContain('handover time exceeded');
  expect(owner.output).not.toMatch(/"level":(50|60)/);
  for (const room of rooms) {
    const seat = await ada.open(room);
    await seat.leave(false);
  }
});
