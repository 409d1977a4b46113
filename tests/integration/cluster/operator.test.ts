/** An operator's actions, given to a process that does not own the rooms they concern. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { Channel } from '#schema/chat.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { administratorIn, Person } from '#tests/integration/process/parlor.ts';
import { ask } from '#tests/integration/process/rest.ts';
import { quiet, up } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';

quiet();
const HOUR = 3_600_000;
const LOBBY = 'channel-lobby';
let cluster: Cluster;
let token: string;
beforeAll(async () => {
  cluster = await startCluster(2, {}, 'server/main.ts');
  const first = await vi.waitFor(() => {
    const shown = cluster.outputs().map(administratorIn);
    return shown.find(({ username }) => username !== '') ?? expect.unreachable('no administrator yet');
  }, 10_000);
  const { origin } = cluster.edge;
  const browser = createBrowser({ url: origin, realm: 'parlor', clientId: 'parlor-web' });
  token = (await browser.signIn(first.username, first.password, `${origin}/`)).access_token;
});
afterAll(() => cluster?.close());

const made = (kind: string, spec: object) => ({ apiVersion: 'parlor.dev/v1', kind, spec });
const endsAt = new Date(Date.now() + HOUR).toISOString();

/** The administrator by way of a process that does not own the room; and the one that does. */
async function around(room: string) {
  const owner = await cluster.ownerOf(room);
  const other = cluster.rooms.find((one) => one !== owner);
  if (!other) throw new Error('there is no other process');
  const by = (origin: string) => (who: Person) => new Person(origin, who.token);
  return { root: new Person(other.origin, token), each: [by(owner.origin), by(other.origin)] };
}

async function visitor(name: string) {
  const person = await cluster.register(name);
  const { metadata } = await person.call<{ metadata: { name: string } }>('GET', 'players/me');
  const talk = await person.open<Channel>(LOBBY);
  await up(talk);
  return { person, player: metadata.name, talk };
}
const becomes = (seat: Pick<DurableConnection<unknown>, 'status'>, status: string) =>
  expect.poll(() => seat.status, { timeout: 10_000 }).toBe(status);

it("[P29] a disabled or banned player is out of other processes' rooms at once, and refused by each process", async () => {
  const { root, each } = await around(LOBBY);
  const [off, out] = [await visitor('Offa'), await visitor('Outis')];
  const patch = [{ spec: { enabled: false } }, 'application/merge-patch+json'] as const;
  expect((await ask(root, 'PATCH', `players/${off.player}`, ...patch)).code).toBe(200);
  const ban = made('Ban', { player: out.player, endsAt, reason: 'cheating' });
  expect((await ask(root, 'POST', 'bans', ban)).code).toBe(201);
  await Promise.all([becomes(off.talk, 'signed-out'), becomes(out.talk, 'signed-out')]);
  for (const by of each) {
    expect(await ask(by(off.person), 'GET', 'games')).toMatchObject({ code: 401, reason: 'session-ended' });
    expect(await ask(by(out.person), 'GET', 'games')).toMatchObject({ code: 403, reason: 'banned' });
  }
  const again = await out.person.open(LOBBY);
  await expect.poll(() => again.refusal, { timeout: 10_000 }).toBe('banned');
  expect((await ask(root, 'DELETE', `bans/${out.player}`)).code).toBe(200);
  const { message } = (await ask(each[0]?.(out.person) as Person, 'GET', 'games')).body;
  expect(message).not.toContain('banned');
});

it("[P29] a mute and a removed message take effect in another process's channel, by socket and through each process", async () => {
  const { root, each } = await around(LOBBY);
  const { person, player, talk } = await visitor('Mona');
  const said = await talk.submit('post', { text: 'rude' });
  if (!said.ok) throw new Error(said.code);
  expect((await ask(root, 'DELETE', `messages/lobby.${said.seq}`)).code).toBe(200);
  await expect.poll(() => talk.state.messages.has(String(said.seq))).toBe(false);
  expect((await ask(root, 'POST', 'mutes', made('Mute', { channel: 'lobby', player, endsAt }))).code).toBe(201);
  expect(await talk.submit('post', { text: 'again' })).toMatchObject({ ok: false, code: 'muted' });
  const message = made('Message', { channel: 'lobby', text: 'again' });
  for (const by of each) expect(await ask(by(person), 'POST', 'messages', message)).toMatchObject({ reason: 'muted' });
  expect((await ask(root, 'DELETE', `mutes/lobby.${player}`)).code).toBe(200);
  expect(await talk.submit('post', { text: 'sorry' })).toMatchObject({ ok: true });
});

it('[P29] a match of another process is closed with its talk, for its players and through each process', async () => {
  const { person } = await visitor('Max');
  const { name } = (await ask(person, 'POST', 'matches', made('Match', { game: 'connect-four' }))).body.metadata;
  const [seat, talk] = [await person.open(name), await person.open(`channel-${name}`)];
  await up(seat, talk);
  const { root, each } = await around(name);
  expect((await ask(root, 'DELETE', `matches/${name}`)).code).toBe(200);
  await Promise.all([becomes(seat, 'ended'), becomes(talk, 'ended')]);
  for (const by of each) {
    await expect.poll(async () => (await ask(by(person), 'GET', `matches/${name}`)).code).toBe(404);
    expect((await ask(by(person), 'GET', `messages?labelSelector=channel=${name}`)).code).toBe(404);
  }
});
