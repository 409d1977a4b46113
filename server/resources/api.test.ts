import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listOf, match, message, player, session, stat } from '#schema/resources.ts';
import { type Status, status } from '#schema/status.ts';
import { openApi, type TestApi } from '#server/testing/api.ts';

const API = '/apis/parlor.dev/v1';

let api: TestApi;
let ada: Awaited<ReturnType<TestApi['signIn']>>;
let root: Awaited<ReturnType<TestApi['signIn']>>;
beforeAll(async () => {
  api = await openApi();
  ada = await api.signIn({ name: 'Ada' });
  root = await api.signIn({ name: 'Root', roles: ['admin'] });
});
afterAll(() => api.close());

type Asked = { token?: string; method?: string; body?: unknown; raw?: string; headers?: Record<string, string> };

async function ask(path: string, { token = ada.token, method = 'GET', body, raw, headers }: Asked = {}) {
  const response = await fetch(api.url + path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...((body !== undefined || raw !== undefined) && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...((body !== undefined || raw !== undefined) && { body: raw ?? JSON.stringify(body) }),
  });
  return { code: response.status, headers: response.headers, body: await response.json() };
}

const say = (spec: object, more: object = {}) => ({ apiVersion: 'parlor.dev/v1', kind: 'Message', spec, ...more });
const play = (spec: object) => ({ apiVersion: 'parlor.dev/v1', kind: 'Match', spec });

describe('resources', () => {
  it('[R1] a posted message is listed with its seq in the log', async () => {
    const posted = await ask(`${API}/messages`, { method: 'POST', body: say({ channel: 'lobby', text: 'hello' }) });
    expect(posted.code).toBe(201);
    const { status: accepted } = message.parse(posted.body);
    const listed = await ask(`${API}/messages?labelSelector=channel%3Dlobby&minSeq=${accepted.seq}`, {
      token: root.token,
    });
    const { items, metadata } = listOf('Message', message).parse(listed.body);
    expect(items.map(({ spec }) => spec.text)).toContain('hello');
    expect(Number(metadata.resourceVersion)).toBeGreaterThanOrEqual(accepted.seq);
  });

  it('[R1] repeating the idempotency key returns the first answer', async () => {
    const once = {
      method: 'POST',
      body: say({ channel: 'lobby', text: 'once' }),
      headers: { 'idempotency-key': 'k1' },
    };
    const [first, second] = [await ask(`${API}/messages`, once), await ask(`${API}/messages`, once)];
    expect(second.body.status.seq).toBe(first.body.status.seq);
  });

  it("[R2] a refused POST carries the room's own code", async () => {
    const { code, body } = await ask(`${API}/messages`, { method: 'POST', body: say({ channel: 'lobby', text: ' ' }) });
    expect(code).toBe(422);
    expect(body.details.causes[0]).toMatchObject({ reason: 'message-empty', field: 'spec.text' });
  });

  it('[R3] long lists are paged, and every page says how many remain', async () => {
    for (const text of ['p1', 'p2', 'p3'])
      await ask(`${API}/messages`, { method: 'POST', body: say({ channel: 'lobby', text }) });
    const texts: string[] = [];
    let next = '';
    do {
      const page = await ask(`${API}/messages?labelSelector=channel=lobby&limit=2&continue=${next}`, {
        token: root.token,
      });
      const { items, metadata } = listOf('Message', message).parse(page.body);
      texts.push(...items.map(({ spec }) => spec.text));
      expect(metadata.remainingItemCount === undefined).toBe(metadata.continue === undefined);
      next = metadata.continue ?? '';
    } while (next !== '');
    expect(texts.slice(-3)).toEqual(['p1', 'p2', 'p3']);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("[R4] everybody reads names, only authorized roles read players' activity", async () => {
    const { items } = listOf('Player', player).parse((await ask(`${API}/players`)).body);
    expect(items.map(({ spec }) => spec.displayName)).toContain('Ada');
    expect(items.every(({ status }) => status === undefined)).toBe(true);
    expect((await ask(`${API}/players/me`)).body.metadata.name).toBe(ada.player);
    const { body } = await ask(`${API}/players/${ada.player}`, { token: root.token });
    expect(player.parse(body).status).toMatchObject({ matchesPlayed: 3, sessionSeconds: 90 });
  });

  it('[R5] deleting a session signs it out: it leaves the list, and its token is refused', async () => {
    const eve = await api.signIn({ name: 'Eve' });
    const before = await ask(`${API}/sessions?labelSelector=player=${eve.player}`, { token: root.token });
    expect(listOf('Session', session).parse(before.body).items).toHaveLength(1);
    const gone = await ask(`${API}/sessions/${eve.session}`, { method: 'DELETE', token: root.token });
    expect(status.parse(gone.body)).toMatchObject({ status: 'Success', details: { uid: eve.session } });
    expect((await ask(`${API}/sessions/${eve.session}`, { token: root.token })).code).toBe(404);
    const refused = await ask(`${API}/players`, { token: eve.token });
    expect(refused.code).toBe(401);
    expect(refused.body.details.causes[0].reason).toBe('session-ended');
  });

  it("[R6] a match is created, read and listed under its room's name", async () => {
    const made = await ask(`${API}/matches`, { method: 'POST', body: play({ game: 'connect-four', mode: 'quick' }) });
    expect(made.code).toBe(201);
    const { metadata, status: table } = match.parse(made.body);
    expect(table).toMatchObject({ phase: 'waiting', room: metadata.name, seats: [{ displayName: 'Ada' }] });
    expect((await ask(`${API}/matches/${metadata.name}`)).body).toEqual(made.body);
    const listed = await ask(`${API}/matches?labelSelector=phase=waiting,game=connect-four`);
    expect(listOf('Match', match).parse(listed.body).items).toContainEqual(made.body);
  });

  it('[R7] rooms, channels, games and stats can be read', async () => {
    for (const [resource, count] of Object.entries({ rooms: 1, channels: 2, games: 2 })) {
      const { code, body } = await ask(`${API}/${resource}`);
      expect([resource, code, body.items.length]).toEqual([resource, 200, count]);
      expect((await ask(`${API}/${resource}/${body.items[0].metadata.name}`)).body).toEqual(body.items[0]);
    }
    expect(stat.parse((await ask(`${API}/stats/${ada.player}`)).body).status).toMatchObject({ played: 3, won: 2 });
  });

  it('[R8] every request is audited with its decision, allowed or not', async () => {
    await ask(`${API}/sessions`);
    await ask(`${API}/sessions`, { token: root.token });
    const records = api.audited.filter(({ resource, verb }) => resource === 'sessions' && verb === 'list');
    expect(records).toContainEqual(expect.objectContaining({ player: ada.player, allowed: false, code: 403 }));
    expect(records).toContainEqual(expect.objectContaining({ player: root.player, allowed: true, code: 200 }));
    expect(records.every(({ reason }) => reason !== '')).toBe(true);
  });

  it('[R9] the OpenAPI document covers every resource, from the schemas that validate it', async () => {
    const index = await ask('/openapi/v3');
    const { serverRelativeURL } = index.body.paths['apis/parlor.dev/v1'];
    const { body } = await ask(serverRelativeURL);
    const { resources } = (await ask(API)).body;
    for (const { name, kind } of resources) {
      expect(Object.keys(body.paths)).toContain(`${API}/${name.replace('/', '/{name}/')}`);
      expect(body.components.schemas[kind]).toBeDefined();
    }
  });
});

type Bad = [name: string, path: string, asked: Asked, code: number, field?: string, reason?: string];

const post = (raw: string): Asked => ({ method: 'POST', raw });
const BAD: Bad[] = [
  ['no token', `${API}/players`, { token: '' }, 401, undefined, 'unauthenticated'],
  ['a token that is none', `${API}/players`, { token: 'abc' }, 401, undefined, 'unauthenticated'],
  ['what one may not do', `${API}/sessions`, {}, 403, undefined, 'forbidden'],
  ['an unknown resource', `${API}/secrets`, {}, 404],
  ['an unknown object', `${API}/matches/none`, {}, 404],
  ['an unknown group', '/apis/apps/v1/deployments', {}, 404],
  ['a path below an object', `${API}/players/a/b`, {}, 404],
  ['a broken escape', `${API}/players/%E0%A4%A`, {}, 400],
  ['a name that none can be', `${API}/players/a%00`, {}, 404],
  ['a method without a verb', `${API}/players`, { method: 'PROPFIND' }, 403],
  ['an unknown parameter', `${API}/players?limt=1`, {}, 400, 'limt'],
  ['a dry run, which must not be for real', `${API}/messages?dryRun=All`, { method: 'POST', body: {} }, 400, 'dryRun'],
  ['a limit in words', `${API}/players?limit=all`, {}, 400, 'limit'],
  ['a parameter twice', `${API}/players?limit=1&limit=2`, {}, 400, 'limit'],
  ['a forged continue token', `${API}/players?continue=abc`, {}, 400, 'continue'],
  ['a label that is none', `${API}/players?labelSelector=a=b`, {}, 400, 'labelSelector'],
  ['a selector that is none', `${API}/matches?labelSelector=game`, {}, 400, 'labelSelector'],
  ['no body', `${API}/messages`, { method: 'POST' }, 400],
  ['a body that is not JSON', `${API}/messages`, post('{"kind":'), 400, undefined, 'malformed'],
  ['a body that is a text', `${API}/messages`, post('"hi"'), 400, undefined, 'malformed'],
  [
    'another media type',
    `${API}/messages`,
    { ...post('kind: Message'), headers: { 'content-type': 'application/yaml' } },
    415,
  ],
  ['a compressed body', `${API}/messages`, { ...post('{}'), headers: { 'content-encoding': 'gzip' } }, 415],
  [
    'an oversized body',
    `${API}/messages`,
    post(JSON.stringify(say({ channel: 'lobby', text: 'x'.repeat(40_000) }))),
    413,
    undefined,
    'oversized',
  ],
  [
    'another kind',
    `${API}/messages`,
    { method: 'POST', body: { ...say({ channel: 'lobby', text: 'a' }), kind: 'Pod' } },
    422,
    'kind',
  ],
  [
    'another version',
    `${API}/messages`,
    { method: 'POST', body: { ...say({ channel: 'lobby', text: 'a' }), apiVersion: 'v2' } },
    422,
    'apiVersion',
  ],
  [
    'an unknown field',
    `${API}/messages`,
    { method: 'POST', body: say({ channel: 'lobby', text: 'a', txet: 1 }) },
    422,
    'spec.txet',
  ],
  [
    'an unknown field at the top',
    `${API}/messages`,
    { method: 'POST', body: say({ channel: 'lobby', text: 'a' }, { status: {} }) },
    422,
    'status',
  ],
  [
    'a prototype',
    `${API}/messages`,
    post('{"apiVersion":"parlor.dev/v1","kind":"Message","spec":{"channel":"lobby","text":"a","__proto__":{"x":1}}}'),
    422,
    'spec.__proto__',
  ],
  [
    'a missing field',
    `${API}/messages`,
    { method: 'POST', body: say({ channel: 'lobby' }) },
    422,
    'spec.text',
    'FieldValueRequired',
  ],
  [
    'a wrong type',
    `${API}/messages`,
    { method: 'POST', body: say({ channel: 'lobby', text: 5 }) },
    422,
    'spec.text',
    'FieldValueInvalid',
  ],
  [
    'a room that is none',
    `${API}/messages`,
    { method: 'POST', body: say({ channel: 'nowhere', text: 'a' }) },
    404,
    undefined,
    'no-such-room',
  ],
  [
    'an idempotency key with spaces',
    `${API}/messages`,
    { method: 'POST', body: say({ channel: 'lobby', text: 'a' }), headers: { 'idempotency-key': 'a b' } },
    400,
    'Idempotency-Key',
  ],
  ['a match of nothing', `${API}/matches`, { method: 'POST', body: play({}) }, 422, 'spec.game'],
  ['a match of an unknown game', `${API}/matches`, { method: 'POST', body: play({ game: 'chess' }) }, 422, 'spec.game'],
  [
    'a rematch with its own rules',
    `${API}/matches`,
    { method: 'POST', body: play({ rematchOf: 'm1', config: {} }) },
    422,
    'spec.config',
  ],
  [
    'quick play against the bot',
    `${API}/matches`,
    { method: 'POST', body: play({ game: 'connect-four', mode: 'quick', bot: true }) },
    422,
    'spec.bot',
  ],
  ['an answer in YAML', `${API}/players`, { headers: { accept: 'application/yaml' } }, 406],
];

describe('bad input', () => {
  it.each(BAD)('[R10] %s', async (_name, path, asked, code, field, reason) => {
    const answer = await ask(path, asked);
    expect([answer.code, answer.body.message]).toEqual([code, expect.stringMatching(/\w{3}/)]);
    const refused: Status = status.parse(answer.body);
    expect(refused).toMatchObject({ status: 'Failure', code });
    const [cause] = refused.details?.causes ?? [];
    if (field) expect(cause?.field).toBe(field);
    if (reason) expect(cause?.reason).toBe(reason);
  });

  it('[R10] an unsupported verb is refused with the supported ones', async () => {
    const { code, headers } = await ask(`${API}/players`, { method: 'DELETE', token: root.token });
    expect(code).toBe(405);
    expect(headers.get('allow')).toBe('GET, HEAD');
    const watched = await ask(`${API}/players?watch=true`, { token: root.token });
    expect(watched.code).toBe(405);
  });

  it('[R10] a read of an object that is not there yet has Retry-After', async () => {
    const { code, headers } = await ask(`${API}/messages?labelSelector=channel=lobby&minSeq=99999`, {
      token: root.token,
    });
    expect(code).toBe(504);
    expect(headers.get('retry-after')).toBe('1');
  });

  it('[R10] all mistakes in a body are reported, not only the first', async () => {
    const { body } = await ask(`${API}/messages`, { method: 'POST', body: { kind: 'Message', spec: { a: 1 } } });
    const fields = (body as Status).details?.causes?.map(({ field }) => field);
    expect(fields?.sort()).toEqual(['apiVersion', 'spec.a', 'spec.channel', 'spec.text']);
  });
});
