import { afterAll, beforeAll, expect, it } from 'vitest';
import { listOf, room, roomLog } from '#schema/resources.ts';
import { status } from '#schema/status.ts';
import { createAuthorizer } from '#server/authz/authorize.ts';
import { quarantineHandlers } from '#server/resources/quarantine.ts';
import { NO_QUERY } from '#server/resources/query.ts';
import { openApi, type TestApi } from '#server/testing/api.ts';

const API = '/apis/parlor.dev/v1';

let api: TestApi;
let ada: string;
let root: string;
beforeAll(async () => {
  api = await openApi();
  ada = (await api.signIn({ name: 'Ada' })).token;
  root = (await api.signIn({ name: 'Root', roles: ['admin'] })).token;
});
afterAll(() => api.close());

async function ask(token: string, path: string, method = 'GET', body?: object) {
  const response = await fetch(api.url + API + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { code: response.status, headers: response.headers, body: await response.json() };
}

async function listed(token: string, query = '') {
  const { items } = listOf('Room', room).parse((await ask(token, `/rooms${query}`)).body);
  return items.map(({ metadata, status: { phase, quarantined } }) => [metadata.name, phase, quarantined?.reason]);
}

it('[R15] administrators see quarantined rooms with their reason; others see live rooms', async () => {
  const broken = ['m-broken', 'quarantined', 'at seq 7: it broke'];
  const lobby = ['lobby', 'live', undefined];
  expect(await listed(root)).toEqual([lobby, broken]);
  expect(await listed(root, '?labelSelector=phase=quarantined')).toEqual([broken]);
  expect((await ask(root, '/rooms/m-broken')).body.status.quarantined.epoch).toBe(3);
  expect(await listed(ada)).toEqual([lobby]);
  expect(await listed(ada, '?labelSelector=phase=quarantined')).toEqual([]);
  expect((await ask(ada, '/rooms/m-broken')).code).toBe(404);
});

it('[R15] a retry reports that the room is live, or the reason for its new quarantine', async () => {
  const back = await ask(root, '/rooms/lobby/retry', 'POST');
  expect([back.code, status.parse(back.body)]).toMatchObject([200, { status: 'Success', details: { name: 'lobby' } }]);
  const again = await ask(root, '/rooms/m-broken/retry', 'POST', { kind: 'RoomRetry' });
  const [cause] = status.parse(again.body).details?.causes ?? [];
  expect([again.code, cause]).toEqual([503, { reason: 'room-quarantined', message: 'at seq 7: it broke' }]);
  const wrong = await ask(root, '/rooms/m-broken/retry', 'POST', { now: true });
  expect([wrong.code, wrong.body.details.causes[0].field]).toEqual([422, 'now']);
});

it('[R15] a log is exported as one document; one with message text is audited as such', async () => {
  const log = await ask(root, '/rooms/m-broken/log');
  expect(roomLog.parse(log.body)).toMatchObject({ machine: 'connect-four', fault: { seq: 7 } });
  expect(log.headers.get('content-disposition')).toContain('room-log.json');
  expect(roomLog.parse((await ask(root, '/rooms/lobby/log')).body).machine).toBe('channel');
  const audited = api.audited.filter(({ subresource, allowed }) => subresource === 'log' && allowed);
  expect(audited.map(({ verb, name, note }) => [verb, name, note])).toEqual([
    ['get', 'm-broken', undefined],
    ['get', 'lobby', 'what people wrote was given out: role "admin" allows * *'],
  ]);
});

it('[R15] a quarantined room can be ended, a live one cannot; a dry run ends nothing', async () => {
  api.quarantined.add('m-lost');
  expect((await ask(root, '/rooms/m-lost?dryRun=All', 'DELETE')).code).toBe(200);
  expect(api.quarantined).toContain('m-lost');
  const ended = await ask(root, '/rooms/m-lost', 'DELETE');
  expect([ended.code, status.parse(ended.body)]).toMatchObject([
    200,
    { status: 'Success', details: { kind: 'rooms' } },
  ]);
  const codes = async (name: string) => {
    const { code, body } = await ask(root, `/rooms/${name}`, 'DELETE');
    return [code, body.details.causes[0].reason];
  };
  expect([await codes('lobby'), await codes('m-lost')]).toEqual([
    [409, 'room-alive'],
    [404, 'no-such-room'],
  ]);
});

it('[R15] other roles can neither export, retry nor end a quarantined room', async () => {
  for (const [path, method] of [
    ['/rooms/m-broken/log', 'GET'],
    ['/rooms/lobby/log', 'GET'],
    ['/rooms/m-broken/retry', 'POST'],
    ['/rooms/none/retry', 'POST'],
    ['/rooms/m-broken', 'DELETE'],
  ] as const) {
    const { code, body } = await ask(ada, path, method);
    expect([path, code, body.details.causes[0].reason]).toEqual([path, 403, 'forbidden']);
  }
});

it('[R10] unknown objects and unsupported verbs below a room are refused as such', async () => {
  for (const path of ['/rooms/none/log', '/rooms/lobby/logs', '/rooms/lobby/log/1', '/rooms/lobby/constructor'])
    expect([path, (await ask(root, path)).code]).toEqual([path, 404]);
  expect((await ask(root, '/rooms/none/retry', 'POST')).code).toBe(404);
  const posted = await ask(root, '/rooms/lobby/log', 'POST');
  expect([posted.code, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(posted.body.message).toBe('rooms/lobby/log cannot be asked to create.');
  expect((await ask(root, '/rooms/lobby/retry')).headers.get('allow')).toBe('POST');
});

it('[R15] a role that may read logs but not content gets the logs of games only', async () => {
  const may = createAuthorizer({ support: [{ verbs: ['get'], resources: ['rooms/log'] }] });
  const user = { player: 'p', roles: ['support'] };
  const { log } = quarantineHandlers({
    quarantined: async () => [],
    quarantinedRoom: async () => undefined,
    retry: async () => undefined,
    end: async () => undefined,
    keeps: async (name) => ({ written: name === 'talk' }),
    log: async (name) => ({ format: 2, room: name, journal: 'j', machine: 'm', version: '', epoch: 1, batches: [] }),
  });
  const asked = {
    query: NO_QUERY,
    body: undefined,
  };
  const answers = ['game', 'talk'].map((name) =>
    log.get({
      ...asked,
      name,
      idempotencyKey: undefined,
      now: 0,
      id: 'request',
      identity: { ...user, name: '', session: '', expiresAt: 0 },
      may: (verb, resource, subresource) => may({ user, verb, resource, ...(subresource && { subresource }) }),
    }),
  );
  expect((await Promise.all(answers)).map((answered) => answered.code)).toEqual([200, 403]);
});
