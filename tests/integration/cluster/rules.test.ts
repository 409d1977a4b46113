import { afterAll, beforeAll, expect, it } from 'vitest';
import { isUp } from '#client/net/connection.ts';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Match } from '#schema/resources.ts';
import type { ParlorProcess, Person } from '#tests/integration/process/parlor.ts';
import { nextRelease, type Release, THIS_RELEASE } from '#tests/integration/process/release.ts';
import { runShadow } from '#tests/integration/process/shadow.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, metricsOf, startCluster } from './cluster.ts';

/** Enough that some of them would go to the process with the new rules, if it were for the hash of their names. */
const TABLES = 6;

quiet();
let cluster: Cluster;
let next: Release;
let people: [Person, Person];
beforeAll(async () => {
  [cluster, next] = await Promise.all([startCluster(2), nextRelease()]);
  people = [await cluster.register('Ada'), await cluster.register('Bea')];
});
afterAll(async () => {
  await cluster?.close();
  await next?.remove();
});

type Table = { room: string; games: DurableConnection<ConnectFour>[] };

async function sitDown(): Promise<Table> {
  const order = { apiVersion: 'parlor.dev/v1', kind: 'Match', spec: { game: 'connect-four' } };
  const { metadata } = await people[0].call<Match>('POST', 'matches', order);
  const games = await Promise.all(people.map((person) => person.open<ConnectFour>(metadata.name)));
  await until(() => games.every(({ state }) => state.phase === 'playing'));
  return { room: metadata.name, games };
}

async function drop({ games }: Table, column: number) {
  await until(() => games.every(({ state }) => state.turn === games[0]?.state.turn));
  const mover = games.find(({ seat, state }) => seat === state.turn);
  const reply = await mover?.submit('drop', { column });
  if (reply?.ok) await until(() => games.every(({ state }) => state.seq >= reply.seq));
  return reply;
}

/** Waits until this process has all of these rooms, and everybody is back in them. */
async function allAt(owner: ParlorProcess, tables: readonly Table[]): Promise<void> {
  for (const { room } of tables) {
    await expect
      .poll(() => cluster.ownerOf(room).catch(() => undefined), { timeout: 30_000, interval: 50 })
      .toBe(owner);
  }
  await until(() => tables.every(({ games }) => games.every((game) => isUp(game.status))), 30_000);
}

it('[P41][P42] a rolling restart with changed rules moves rooms only where hashes agree, or from a snapshot', async () => {
  await cluster.settled();
  const old = [...cluster.rooms];
  const tables: Table[] = [];
  for (let n = 0; n < TABLES; n++) tables.push(await sitDown());
  const plain = await sitDown();
  // What the new rules refuse; and one more move each, as an entry carries the verdict of the one before.
  for (const table of tables) {
    expect(await drop(table, 6)).toMatchObject({ ok: true });
    expect(await drop(table, 0)).toMatchObject({ ok: true });
  }
  expect(await drop(plain, 1)).toMatchObject({ ok: true });

  // Before the deploy, while all of it is running.
  const env = { ...cluster.env, PARLOR_ROLE: 'all' };
  const own = await runShadow(THIS_RELEASE, env);
  expect(own.out).toMatch(/^1 of \d+ rooms would diverge/m); // this release has no probe
  const told = await runShadow(next.root, env);
  expect(told.code).toBe(1);
  expect(told.out).toMatch(new RegExp(`^${TABLES + 1} of \\d+ rooms would diverge, the first at seq \\d+$`, 'm'));
  for (const { room } of tables) expect(told.out).toContain(`${room} (connect-four) at seq`);
  expect(told.out).not.toContain(plain.room);

  // The first process with the new rules looks at the logs before it takes any room.
  const first = await cluster.add({ root: next.root });
  expect(first.output).toMatch(new RegExp(`shadow: ${TABLES} of \\d+ rooms would diverge, the first at seq \\d+`));
  const metrics = await metricsOf(first);
  expect(metrics).toContain(`parlor_shadow_rooms{verdict="diverged"} ${TABLES}`);
  await cluster.settled();

  // An old process is killed: its rooms go to the other old one.
  const [dies, stays] = old as [ParlorProcess, ParlorProcess];
  await dies.end('SIGKILL');
  await allAt(stays, tables);
  for (const table of tables) expect(await drop(table, 6)).toMatchObject({ ok: true });

  // It drains: each room has a snapshot, and nothing is left to disagree about.
  stays.signal('SIGTERM');
  expect((await stays.exited)[0], stays.output).toBe(0);
  await allAt(first, [...tables, plain]);
  for (const table of [...tables, plain]) {
    expect(await drop(table, 6)).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await drop(table, 2)).toMatchObject({ ok: true });
  }

  // From here on it is one release again.
  const second = await cluster.add({ root: next.root });
  await cluster.settled();
  await first.end('SIGKILL');
  await allAt(second, tables);
  for (const table of tables) expect(await drop(table, 3)).toMatchObject({ ok: true });
  expect((await cluster.store.list()).filter(({ quarantined }) => quarantined !== undefined)).toEqual([]);
});
