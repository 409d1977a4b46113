import { afterAll, beforeAll, expect, it } from 'vitest';
import { channel, listOf } from '#schema/resources.ts';
import { openApi, type TestApi } from '#server/testing/api.ts';

const CHANNELS = '/apis/parlor.dev/v1/channels';

let api: TestApi;
let ada: string;
let root: string;
beforeAll(async () => {
  api = await openApi();
  ada = (await api.signIn({ name: 'Ada' })).token;
  root = (await api.signIn({ name: 'Root', roles: ['admin'] })).token;
});
afterAll(() => api.close());

async function ask(token: string, path: string, method = 'GET', body?: unknown) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(api.url + CHANNELS + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { code: response.status, body: await response.json() };
}

const made = (name: string, spec: object = {}) => ({
  apiVersion: 'parlor.dev/v1',
  kind: 'Channel',
  metadata: { name },
  spec: { title: 'Chess club', ...spec },
});

it('[C17] a channel is made, listed, read and deleted by who may', async () => {
  expect((await ask(ada, '', 'POST', made('chess'))).code).toBe(403);
  const { code, body } = await ask(root, '', 'POST', made('chess', { ttlSeconds: 3600 }));
  expect(code).toBe(201);
  const { spec, metadata } = channel.parse(body);
  expect([metadata.name, spec]).toEqual([
    'chess',
    { title: 'Chess club', kind: 'open', readers: 'role', ttlSeconds: 3600, room: 'channel-chess' },
  ]);
  expect((await ask(root, '', 'POST', made('chess'))).body.details.causes[0].reason).toBe('channel-exists');
  const { items } = listOf('Channel', channel).parse((await ask(ada, '')).body);
  expect(items.map((one) => [one.metadata.name, one.spec.kind, one.spec.readers])).toEqual([
    ['chess', 'open', 'role'],
    ['lobby', 'open', 'role'],
    ['t0', 'match', 'seats'],
  ]);
  expect((await ask(ada, '/chess', 'DELETE')).code).toBe(403);
  expect((await ask(root, '/chess', 'DELETE', { dryRun: ['All'] })).code).toBe(200);
  expect((await ask(root, '/chess')).code).toBe(200);
  expect((await ask(root, '/chess', 'DELETE')).code).toBe(200);
  expect((await ask(ada, '/chess')).code).toBe(404);
});

it('[C17] the channels of the lobby and of a match are not deleted, and others than open ones are not made', async () => {
  for (const name of ['lobby', 't0']) expect([name, (await ask(root, `/${name}`, 'DELETE')).code]).toEqual([name, 409]);
  for (const [name, spec, field] of [
    ['chess', { kind: 'private' }, 'spec.kind'],
    ['chess', { kind: 'match' }, 'spec.kind'],
    ['chess', { ttlSeconds: 1 }, 'spec.ttlSeconds'],
    ['chess', { title: ' ' }, 'spec.title'],
    ['chess', { readers: 'members' }, 'spec.readers'],
    ['m-1', {}, 'metadata.name'],
    ['Chess', {}, 'metadata.name'],
    ['a.b', {}, 'metadata.name'],
  ] as const) {
    const { code, body } = await ask(root, '', 'POST', made(name, spec));
    expect([name, code, body.details.causes[0].field]).toEqual([name, 422, field]);
  }
});
