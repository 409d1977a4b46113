import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Any, allUp, backAfter, notes, seenBy } from './play.ts';

quiet();
let cluster: Cluster;
let people: Person[];
let seats: Any[];
beforeAll(async () => {
  cluster = await startCluster();
  people = [await cluster.register('Ada'), await cluster.register('Bea')];
  seats = [];
  for (const person of people) seats.push(await person.open('probe-1'));
});
afterAll(() => cluster?.close());

it('[P10] a frozen owner loses its rooms; when it wakes it shows nothing, writes nothing and releases its clients', async () => {
  await cluster.settled();
  const owner = await cluster.ownerOf('probe-1');
  const back = await backAfter(seats, () => owner.signal('SIGSTOP'));
  console.log(JSON.stringify({ frozenBackMs: back }));
  const next = await cluster.ownerOf('probe-1');
  expect(next).not.toBe(owner);
  const { epoch } = (await cluster.store.find('probe-1')) ?? {};
  const seen = seats.map(({ state }) => state.seq as number);
  owner.signal('SIGCONT');
  await until(() => owner.output.includes('lease renewed; rooms resumed'), 30_000);
  expect(await seats[0]?.submit('say', { text: 'after' })).toMatchObject({ ok: true });
  await until(() => seats.every(({ state }, i) => state.seq > (seen[i] as number)));
  expect((await cluster.store.find('probe-1'))?.epoch).toBe(epoch);
  expect(await cluster.ownerOf('probe-1')).toBe(next);
});

it('[P11] Redis is unavailable for two seconds: rooms pause, sockets stay, playing time stops, and all continues', async () => {
  await allUp(seats);
  await cluster.settled();
  const owner = await cluster.ownerOf('probe-1');
  const statuses = new Set<string>();
  for (const seat of seats) seat.subscribe(() => void statuses.add(seat.status));
  const [ada, bea] = seats as [Any, Any];
  const talking = notes(ada, 'r');
  await until(() => talking.count() > 5);
  const before = seats.map((seat) => seat.serverNow() - seat.playTime());
  cluster.redis.pause();
  await until(() => owner.output.includes('lease expired; rooms paused'), 10_000);
  await until(() => seats.every(({ paused }) => paused)); // and clients are told
  const clocks = seats.map((seat) => seat.playTime());
  const [count, from] = [talking.count(), performance.now()];
  const reply = bea.submit('say', { text: 'meanwhile', ttlMs: 60_000 });
  await until(() => bea.pending.some(({ waiting }) => waiting === 'paused'));
  await until(() => performance.now() - from > 2_000); // how long it is away is what is tested
  expect(talking.count()).toBe(count);
  expect(seats.map((seat) => seat.playTime())).toEqual(clocks);
  cluster.redis.resume();
  const back = performance.now();
  await until(() => talking.count() > count, 20_000);
  const redisBackMs = Math.round(performance.now() - back);
  console.log(JSON.stringify({ redisBackMs }));
  expect(redisBackMs).toBeLessThan(1_000);
  await until(() => seats.every(({ paused }) => !paused));
  expect(await reply).toMatchObject({ ok: true });
  const acked = await talking.stop();
  await until(() => seats.every((seat) => (seenBy(seat).at(-1)?.seq ?? 0) >= (acked.at(-1)?.seq ?? 0)));
  const texts = seenBy(bea).map(({ text }) => text);
  for (const { text } of acked.slice(-20)) expect(texts.filter((one) => one === text)).toHaveLength(1);
  expect(statuses).toEqual(new Set(['live']));
  for (const [i, seat] of seats.entries()) {
    expect(seat.serverNow() - seat.playTime()).toBeGreaterThan((before[i] as number) + 2_000);
  }
});

it('[P11] Redis restarts: the same owner continues, or another; no client is refused for good', async () => {
  await allUp(seats);
  const clock = (seats[0] as Any).playTime();
  const talking = seats.map((seat, i) => notes(seat, `s${i}`));
  await until(() => talking.every(({ count }) => count() > 5));
  await cluster.redis.restart();
  const counts = talking.map(({ count }) => count());
  const from = performance.now();
  await until(() => talking.every(({ count }, i) => count() > (counts[i] as number) + 10), 30_000);
  console.log(JSON.stringify({ restartedBackMs: Math.round(performance.now() - from) }));
  const acked = (await Promise.all(talking.map(({ stop }) => stop()))).flat().sort((a, b) => a.seq - b.seq);
  await until(() => seats.every((seat) => seenBy(seat).at(-1)?.seq === acked.at(-1)?.seq));
  expect((seats[0] as Any).playTime()).toBeGreaterThan(clock);
});
