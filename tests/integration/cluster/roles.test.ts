import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Channel } from '#schema/chat.ts';
import type { Match } from '#schema/resources.ts';
import { type ParlorProcess, Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, metricsOf, startCluster } from './cluster.ts';
import { type Any, backAfter } from './play.ts';

const API = { apiVersion: 'parlor.dev/v1' };
const role = (PARLOR_ROLE: string) => ({ env: { PARLOR_ROLE } });

quiet();
let cluster: Cluster;
let people: [Person, Person];
let pages: ParlorProcess;
beforeAll(async () => {
  cluster = await startCluster([role('rooms'), role('rooms'), role('api')], {}, 'server/main.ts');
  people = [await cluster.register('Ada'), await cluster.register('Bea')];
  const roles = await cluster.members();
  const api = roles.find((member) => member.role === 'api');
  pages = cluster.rooms.find(({ origin }) => origin.endsWith(`:${api?.address.split(':')[1]}`)) as ParlorProcess;
});
afterAll(() => cluster?.close());

const by = (person: Person, { origin }: ParlorProcess) => new Person(origin, person.token);

it('[P18] separate processes for rooms and pages: talk and play through the edge, the owner killed in between', async () => {
  await cluster.settled();
  const spec = { game: 'connect-four' };
  const { metadata } = await people[0].call<Match>('POST', 'matches', { ...API, kind: 'Match', spec });
  const games = await Promise.all(people.map((person) => person.open<ConnectFour>(metadata.name)));
  const talk = await people[0].open<Channel>('channel-lobby');
  await until(() => games.every(({ state }) => state.phase === 'playing'));
  expect(await talk.submit('post', { text: 'said by socket' })).toMatchObject({ ok: true });
  const owner = await cluster.ownerOf(metadata.name);
  expect(owner).not.toBe(pages);
  expect(await metricsOf(pages)).not.toMatch(/parlor_rooms\{/);
  // Its lists are those of the processes with rooms, and a message by way of it is in the room.
  const message = { ...API, kind: 'Message', spec: { channel: 'lobby', text: 'said by REST' } };
  await by(people[1], pages).call('POST', 'messages', message);
  await until(() => talk.state.messages.size === 2);
  for (const process of cluster.rooms) {
    const person = by(people[1], process);
    const listed = await person.call<{ items: { spec: { text: string } }[] }>(
      'GET',
      'messages?labelSelector=channel%3Dlobby',
    );
    expect(listed.items.map(({ spec }) => spec.text)).toEqual(['said by socket', 'said by REST']);
    await expect
      .poll(async () => (await person.call<{ items: Match[] }>('GET', 'matches')).items.length, { timeout: 5_000 })
      .toBe(1);
  }
  // No room is opened where there are none, whoever dials it.
  const direct = await fetch(`${pages.origin}/matchmake/joinById/${metadata.name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${people[0].token}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(direct.status).toBe(200);
  expect(((await direct.json()) as { processId: string }).processId).toBe(
    (await cluster.store.find(metadata.name))?.owner,
  );

  const back = await backAfter(games as unknown as Any[], () => owner.end('SIGKILL'));
  console.log(JSON.stringify({ rolesApartBackMs: back }));
  const next = await cluster.ownerOf(metadata.name);
  expect([owner, pages]).not.toContain(next);
  const mover = games.find(({ seat, state }) => seat === state.turn);
  expect(await mover?.submit('drop', { column: 3 })).toMatchObject({ ok: true });
});

it('[P19] each process exports its metrics', async () => {
  const owner = await cluster.ownerOf('channel-lobby');
  const page = await metricsOf(owner);
  expect(page).toMatch(/^parlor_paused 0$/m);
  expect(page).toMatch(/^parlor_may_claim 1$/m);
  expect(Number(/^parlor_lease_seconds ([\d.]+)$/m.exec(page)?.[1])).toBeGreaterThan(0);
  expect(Number(/^parlor_takeovers_total (\d+)$/m.exec(page)?.[1])).toBeGreaterThanOrEqual(1);
  expect(page).toMatch(/^parlor_restore_seconds_count\{from="other"\} [1-9]/m);
  expect(page).toMatch(/^parlor_append_seconds_count [1-9]/m);
  expect(page).toMatch(/^parlor_fenced_total \d+$/m);
  expect(page).toMatch(/^parlor_rooms\{machine="channel"\} [1-9]/m);
});
