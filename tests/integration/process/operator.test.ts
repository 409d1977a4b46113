/** What an administrator can do about people, messages and matches, by REST, on a whole Parlor; and odd addresses. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { Channel } from '#schema/chat.ts';
import { freePort } from '#scripts/free-port.ts';
import { isPage } from '#server/http/route.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { administratorIn, ParlorProcess, Person } from './parlor.ts';
import { ask, ODD_WORDS, raw } from './rest.ts';

const HOUR = 3_600_000;
let dataDir: string;
let port: number;
let parlor: ParlorProcess;
let first: { username: string; password: string };
let root: Person;

async function start(): Promise<void> {
  parlor = new ParlorProcess({ dataDir, port, env: { PARLOR_LIMITS: 'load', PARLOR_LOGINS_PER_MINUTE: '1000' } });
  await parlor.ready();
}
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-operator-'));
  port = await freePort();
  await start();
  await vi.waitFor(() => expect(administratorIn(parlor.output).username).toBe('admin'), 10_000);
  first = administratorIn(parlor.output);
  root = await signIn(first.username, first.password);
});
afterAll(async () => {
  await parlor.end('SIGTERM');
  await rm(dataDir, { recursive: true });
});

async function signIn(username: string, password: string): Promise<Person> {
  const browser = createBrowser({ url: parlor.origin, realm: 'parlor', clientId: 'parlor-web' });
  return new Person(parlor.origin, (await browser.signIn(username, password, `${parlor.origin}/`)).access_token);
}

const made = (kind: string, spec: object) => ({ apiVersion: 'parlor.dev/v1', kind, spec });
const inAn = (ms: number) => new Date(Date.now() + ms).toISOString();
const me = async (who: Person) => (await who.call<{ metadata: { name: string } }>('GET', 'players/me')).metadata.name;
const enable = (player: string, enabled: boolean, who = root) =>
  ask(who, 'PATCH', `players/${player}`, { spec: { enabled } }, 'application/merge-patch+json');

/** Somebody new with a page open at the lobby's talk. */
async function visitor(name: string): Promise<{ person: Person; player: string; talk: DurableConnection<Channel> }> {
  const person = await parlor.register(name);
  return { person, player: await me(person), talk: await person.open<Channel>('channel-lobby') };
}
const isOut = (talk: DurableConnection<Channel>) =>
  expect.poll(() => talk.status, { timeout: 10_000 }).toBe('signed-out');

describe('people', () => {
  it('[A10] a disabled player is out at once and stays out over a restart; once enabled they can sign in again', async () => {
    const { person, player, talk } = await visitor('Dora');
    expect((await enable(player, false)).body).toMatchObject({ spec: { displayName: 'Dora', enabled: false } });
    await isOut(talk);
    expect(await ask(person, 'GET', 'games')).toMatchObject({ code: 401, reason: 'session-ended' });
    await parlor.end('SIGKILL');
    await start();
    root = await signIn(first.username, first.password);
    expect(await ask(person, 'GET', 'games')).toMatchObject({ code: 401 });
    await expect(signIn('Dora', 'a long enough one')).rejects.toThrow('did not arrive');
    expect((await ask(root, 'GET', `players/${player}`)).body).toMatchObject({ spec: { enabled: false } });
    expect((await enable(player, true)).body).toMatchObject({ spec: { enabled: true } });
    expect(await me(await signIn('Dora', 'a long enough one'))).toBe(player);
  });

  it('[A11] a ban refuses a player under every sign-in until it expires or is lifted', async () => {
    const { person, player, talk } = await visitor('Bert');
    const ban = (ms: number) => ask(root, 'POST', 'bans', made('Ban', { player, endsAt: inAn(ms), reason: 'spam' }));
    const begun = await ban(HOUR);
    expect(begun).toMatchObject({ code: 201, body: { metadata: { name: player } } });
    await isOut(talk);
    const { endsAt } = begun.body.spec;
    const told = {
      details: { causes: [{}, { field: 'endsAt', message: endsAt }, { field: 'reason', message: 'spam' }] },
    };
    expect(await ask(person, 'GET', 'games')).toMatchObject({ code: 403, reason: 'banned', body: told });
    expect((await ask(root, 'POST', 'bans', made('Ban', { player, endsAt, reason: 'Bert' }))).code).toBe(422);
    const again = await signIn('Bert', 'a long enough one');
    expect(await ask(again, 'GET', 'games')).toMatchObject({ code: 403, reason: 'banned' });
    const refused = await again.open('channel-lobby');
    await expect.poll(() => refused.refusal, { timeout: 10_000 }).toBe('banned');
    await refused.leave();
    expect(await ban(HOUR)).toMatchObject({ code: 409, reason: 'already-banned' });
    await parlor.end('SIGKILL');
    await start();
    root = await signIn(first.username, first.password);
    expect(await ask(again, 'GET', 'games')).toMatchObject({ code: 403, reason: 'banned' });
    expect((await ask(root, 'DELETE', `bans/${player}`)).code).toBe(200);
    expect((await ask(again, 'GET', 'games')).code).toBe(200);

    expect((await ban(1_500)).code).toBe(201);
    const during = await signIn('Bert', 'a long enough one');
    await expect.poll(async () => (await ask(during, 'GET', 'games')).code, { timeout: 10_000 }).toBe(200);
    expect((await ask(root, 'GET', `bans/${player}`)).code).toBe(404);
  });

  it('[A12] a new password, generated or given, ends the earlier sessions, and the old one is refused', async () => {
    const { player, talk } = await visitor('Pia');
    const set = await ask(root, 'POST', `players/${player}/password`, made('Password', {}));
    const { password } = set.body.spec;
    expect([set.code, password.length >= 16]).toEqual([201, true]);
    await isOut(talk);
    await expect(signIn('Pia', 'a long enough one')).rejects.toThrow('did not arrive');
    expect(await me(await signIn('Pia', password))).toBe(player);
    const short = await ask(root, 'POST', `players/${player}/password`, made('Password', { password: 'short' }));
    expect(short).toMatchObject({ code: 422, reason: 'password-invalid' });
    expect(parlor.output).not.toContain(password);
  });

  it('[A13] a deleted player is out, cannot return, and is nameless in all that remains', async () => {
    const { person, player, talk } = await visitor('Gone Girl');
    await person.call('POST', 'messages', made('Message', { channel: 'lobby', text: 'remember me' }));
    expect((await ask(root, 'DELETE', `players/${player}`)).code).toBe(200);
    await isOut(talk);
    expect((await ask(person, 'GET', 'players/me')).code).toBe(401);
    await expect(signIn('Gone Girl', 'a long enough one')).rejects.toThrow('did not arrive');
    expect((await ask(root, 'GET', `players/${player}`)).code).toBe(404);
    expect(JSON.stringify((await ask(root, 'GET', 'players')).body)).not.toContain(player);
    expect((await ask(root, 'DELETE', `players/${player}`)).code).toBe(404);
    // the name is free again, and is somebody else
    expect(await me(await parlor.register('Gone Girl'))).not.toBe(player);
  });

  it('[A14] administrators cannot disable, ban or delete themselves, and other roles cannot do it at all', async () => {
    const own = await me(root);
    expect(await enable(own, false)).toMatchObject({ code: 409, reason: 'not-oneself' });
    expect(await ask(root, 'DELETE', `players/${own}`)).toMatchObject({ code: 409, reason: 'not-oneself' });
    const ban = made('Ban', { player: own, endsAt: inAn(HOUR) });
    expect(await ask(root, 'POST', 'bans', ban)).toMatchObject({ code: 409, reason: 'not-oneself' });
    const { person, player } = await visitor('Nils');
    for (const [method, path, body] of [
      ['DELETE', `players/${own}`],
      ['POST', 'bans', ban],
      ['GET', 'bans'],
      ['POST', `players/${own}/password`, made('Password', {})],
      ['POST', 'mutes', made('Mute', { channel: 'lobby', player: own, endsAt: inAn(HOUR) })],
      ['DELETE', 'matches/m-x'],
    ] as const)
      expect([path, (await ask(person, method, path, body)).code]).toEqual([path, 403]);
    expect((await enable(own, false, person)).code).toBe(403);
    expect(await ask(root, 'DELETE', 'players/p-nobody')).toMatchObject({ code: 404 });
    expect((await ask(root, 'GET', `players/${player}`)).code).toBe(200);
  });
});

describe('talk and matches', () => {
  it("[A15] an authorized role removes any player's message and mutes a player until a given time", async () => {
    const [{ person, player, talk }, other] = [await visitor('Mona'), await visitor('Otto')];
    const post = (text: string, who = person) =>
      ask(who, 'POST', 'messages', made('Message', { channel: 'lobby', text }));
    const { name } = (await post('rude')).body.metadata;
    expect(await ask(other.person, 'DELETE', `messages/${name}`)).toMatchObject({ code: 403, reason: 'not-yours' });
    expect((await ask(root, 'GET', `messages/${name}`)).body).toMatchObject({ spec: { text: 'rude' } });
    expect((await ask(root, 'DELETE', `messages/${name}`)).code).toBe(200);
    await expect.poll(() => [...(talk.state?.messages.values() ?? [])].map(({ text }) => text)).not.toContain('rude');
    expect((await ask(root, 'GET', `messages/${name}`)).code).toBe(404);

    const mute = (ms: number) =>
      ask(root, 'POST', 'mutes', made('Mute', { channel: 'lobby', player, endsAt: inAn(ms) }));
    expect(await mute(HOUR)).toMatchObject({ code: 201, body: { metadata: { name: `lobby.${player}` } } });
    expect(await post('again')).toMatchObject({ code: 403, reason: 'muted' });
    expect(await talk.submit('post', { text: 'by socket' })).toMatchObject({ ok: false, code: 'muted' });
    expect((await ask(root, 'DELETE', `mutes/lobby.${player}`)).code).toBe(200);
    expect((await post('sorry')).code).toBe(201);
    expect((await mute(1_000)).code).toBe(201);
    await expect.poll(async () => (await post('at last')).code, { timeout: 10_000 }).toBe(201);
  });

  it('[C15] only players with a seat list, read, join and write the talk beside a match', async () => {
    const [{ person }, stranger] = [await visitor('Tilda'), await visitor('Uwe')];
    const { name } = (await ask(person, 'POST', 'matches', made('Match', { game: 'connect-four' }))).body.metadata;
    await person.open(name);
    const talk = await person.open<Channel>(`channel-${name}`);
    expect(talk.status).toBe('live');
    const message = made('Message', { channel: name, text: 'just between us' });
    const asked = async (who: Person) => [
      (await ask(who, 'POST', 'messages', message)).code,
      (await ask(who, 'GET', `messages?labelSelector=channel=${name}`)).code,
      (await ask(who, 'GET', `channels/${name}`)).code,
    ];
    expect([await asked(person), await asked(stranger.person)]).toEqual([
      [201, 200, 200],
      [403, 403, 404],
    ]);
    const intruder = await stranger.person.open(`channel-${name}`);
    await expect.poll(() => intruder.refusal, { timeout: 10_000 }).toBe('table-only');
    expect([...(talk.state?.members.keys() ?? [])]).toEqual([await me(person)]);
  });

  it('[A16] closing a match ends it and its talk for its players', async () => {
    const { person } = await visitor('Max');
    const match = await person.call<{ metadata: { name: string } }>(
      'POST',
      'matches',
      made('Match', { game: 'connect-four' }),
    );
    const { name } = match.metadata;
    const seat = await person.open(name);
    expect((await ask(root, 'DELETE', `matches/${name}`)).code).toBe(200);
    await expect.poll(() => seat.status, { timeout: 10_000 }).toBe('ended');
    expect((await ask(root, 'GET', `matches/${name}`)).code).toBe(404);
    expect((await ask(person, 'GET', `messages?labelSelector=channel=${name}`)).code).toBe(404);
    expect((await ask(root, 'DELETE', `matches/${name}`)).code).toBe(404);
  });

  it('[R18] repeating an Idempotency-Key opens one match; another body is a conflict', async () => {
    const { person } = await visitor('Ida');
    const key = { 'Idempotency-Key': 'once-1' };
    const open = (game: string, more: object = {}) =>
      person.call<{ metadata: { name: string } }>('POST', 'matches', made('Match', { game, ...more }), key);
    const names = (await Promise.allSettled([1, 2, 3, 4].map(() => open('connect-four')))).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value.metadata.name] : [],
    );
    expect(new Set([...names, (await open('connect-four')).metadata.name]).size).toBe(1);
    await expect(open('connect-four', { bot: true })).rejects.toThrow('409');
    const other = await ask(root, 'GET', 'matches');
    expect(JSON.stringify(other.body).split(`"${names[0]}"`).length).toBeGreaterThan(1);
  });
});

it('[R19] no address, parameter or body breaks anything: what cannot be a name is refused before the database', async () => {
  const API = '/apis/parlor.dev/v1';
  const { resources } = (await ask(root, 'GET', '')).body as unknown as { resources: { name: string }[] };
  const names = resources.map(({ name }) => name).filter((name) => !name.includes('/'));
  const parts = resources.map(({ name }) => name.split('/')).filter(([, part]) => part);
  const get = (path: string): [string, string] => ['GET', path];
  const places = (w: string): [string, string][] => [
    ...names.flatMap((resource): [string, string][] => [
      get(`${API}/${resource}/${w}`),
      ['DELETE', `${API}/${resource}/${w}`],
      get(`${API}/${resource}?limit=${w}`),
      get(`${API}/${resource}?continue=${w}`),
      get(`${API}/${resource}?labelSelector=${w}`),
      get(`${API}/${resource}?labelSelector=channel%3D${w},player%3D${w}`),
      get(`${API}/${resource}?${w}=${w}`),
    ]),
    ...parts.flatMap(([resource, part]): [string, string][] => [
      get(`${API}/${resource}/${w}/${part}`),
      ['POST', `${API}/${resource}/${w}/${part}`],
    ]),
    ['PATCH', `${API}/players/${w}`],
    ['POST', `/matchmake/joinById/${w}`],
    ...[
      `${API}/${w}`,
      `/${w}`,
      `/t/${w}`,
      `/m/${w}`,
      `/p/${w}`,
      `/assets/${w}`,
      `/monitor/${w}`,
      `/openapi/v3/${w}`,
    ].map(get),
    get(`/realms/${w}/protocol/openid-connect/auth`),
    get(`/realms/parlor/login-actions/${w}`),
    get(`/realms/parlor/protocol/openid-connect/auth?client_id=${w}&redirect_uri=${w}&state=${w}&kc_action=${w}`),
    get(`/realms/parlor/protocol/openid-connect/logout?id_token_hint=${w}&post_logout_redirect_uri=${w}`),
  ];
  const broken: string[] = [];
  for (const word of ODD_WORDS)
    for (const [method, path] of places(word)) {
      const code = await raw(root, method, path);
      // without a built client its pages are away, whatever their name
      if (code < 200 || (code >= 500 && !(code === 503 && isPage(path))))
        broken.push(`${code} ${method} ${path.slice(0, 100)}`);
    }
  expect(broken).toEqual([]);
  expect(
    parlor.output.split('\n').filter((line) => /"level":(50|60)/.test(line) && !line.includes('"code":503')),
  ).toEqual([]);
});

it('[A17] the command line sets a password with Parlor stopped; errors are reported', async () => {
  await parlor.register('Lost');
  const reset = (...words: string[]) => {
    const env = { PATH: process.env.PATH, PARLOR_DATA_DIR: dataDir, PORT: String(port) };
    const run = spawnSync(process.execPath, ['scripts/admin.ts', ...words], { env, encoding: 'utf8' });
    return { status: run.status, said: run.stdout + run.stderr };
  };
  expect(reset()).toEqual({ status: 1, said: expect.stringContaining('npm run admin -- reset-password NAME') });
  expect(reset('reset-password', 'Lost')).toEqual({ status: 1, said: expect.stringContaining('Stop Parlor') });
  const person = await signIn('Lost', 'a long enough one');
  await parlor.end('SIGTERM');
  const unknown = reset('reset-password', 'Nobody');
  const done = reset('reset-password', 'lost');
  await start();
  expect(unknown).toEqual({ status: 1, said: 'There is no account with the name "Nobody".\n' });
  const [, password = ''] = /Lost +(\S+)/.exec(done.said) ?? [];
  expect(done).toEqual({ status: 0, said: expect.stringMatching(/shown this once: +Lost +\S{16}\n$/) });
  expect((await ask(person, 'GET', 'games')).code).toBe(401);
  await expect(signIn('Lost', 'a long enough one')).rejects.toThrow('did not arrive');
  expect(await me(await signIn('Lost', password))).toMatch(/^p/);
});
