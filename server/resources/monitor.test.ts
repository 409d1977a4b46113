import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monitorPass } from '#schema/resources.ts';
import { createPasses } from '#server/resources/monitor-passes.ts';
import { LARGE_ROOM, openApi, type TestApi } from '#server/testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

async function askForPass(token: string) {
  const response = await fetch(`${api.url}/apis/parlor.dev/v1/monitorpasses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'parlor.dev/v1', kind: 'MonitorPass' }),
  });
  return { code: response.status, cookie: response.headers.get('set-cookie') ?? '', body: await response.json() };
}

function look(path: string, cookie = '', method = 'GET') {
  return fetch(`${api.url}/monitor${path}`, {
    method,
    redirect: 'manual',
    headers: { cookie: cookie.split(';')[0] ?? '' },
  });
}

describe('the monitor', () => {
  it('[R11] the monitor opens for authorized roles, by a cookie that no script reads and no other site sends', async () => {
    const { token } = await api.signIn({ name: 'Root', roles: ['admin'] });
    const { code, cookie, body } = await askForPass(token);
    expect([code, monitorPass.parse(body).status.path]).toEqual([201, '/monitor/']);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/monitor', 'Max-Age=600']) expect(cookie).toContain(part);

    const page = await look('/', cookie);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Colyseus')]);
    expect(page.headers.get('content-security-policy')).toContain("style-src 'self' 'unsafe-inline'");
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    const script = /assets\/[\w.-]+\.js/.exec(await (await look('/', cookie)).text())?.[0];
    expect((await look(`/${script}`, cookie)).headers.get('content-type')).toContain('javascript');
  });

  it('[R11] the monitor stays closed for all others', async () => {
    const { token } = await api.signIn({ name: 'Ada' });
    expect((await askForPass(token)).code).toBe(403);
    expect((await look('/')).status).toBe(401);
    expect((await look('/', 'parlor-monitor=guess')).status).toBe(401);
    const { token: root } = await api.signIn({ name: 'Root', roles: ['admin'] });
    expect((await fetch(`${api.url}/monitor/api`, { headers: { authorization: `Bearer ${root}` } })).status).toBe(401);
  });

  it('[N8] the monitor shows a room complete at any size, with the right to its content, and audits it', async () => {
    const root = await api.signIn({ name: 'Root', roles: ['admin'] });
    const { cookie } = await askForPass(root.token);
    const answer = await look('/api/room?roomId=large', cookie);
    expect(await answer.json()).toEqual(LARGE_ROOM);
    const seen = {
      verb: 'get',
      resource: 'rooms',
      subresource: 'content',
      name: 'large',
      player: root.player,
      code: 200,
    };
    expect(api.audited.at(-1)).toMatchObject({ ...seen, allowed: true, note: 'by the monitor' });
    expect((await look('/api/room?roomId=none', cookie)).status).toBe(404);
    expect(api.audited.at(-1)).toMatchObject({ name: 'none', code: 404 });
  });

  it.each([
    '/api/room/call?roomId=x&method=disconnect&args=[]',
    '/api/room/call/?roomId=x&method=disconnect&args=[]',
    '/api//room/call?roomId=x&method=disconnect&args=[]',
    '/API/room/call?roomId=x&method=disconnect&args=[]',
    '/api/room/%63all?roomId=x&method=disconnect&args=[]',
    '/api/room/x/../call?roomId=x&method=disconnect&args=[]',
    '/assets/../api/room/call?roomId=x&method=disconnect&args=[]',
  ])('[R12] %s is closed, also to administrators', async (path) => {
    const { token } = await api.signIn({ name: 'Root', roles: ['admin'] });
    const { cookie } = await askForPass(token);
    const answer = await look(path, cookie);
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ kind: 'Status' })]);
    expect((await look('/api', cookie, 'POST')).status).toBe(404);
  });

  it("[R13] the monitor closes at once when the pass's session is ended", async () => {
    const admin = await api.signIn({ name: 'Soon', roles: ['admin'] });
    const other = await api.signIn({ name: 'Root', roles: ['admin'] });
    const { cookie } = await askForPass(admin.token);
    expect((await look('/', cookie)).status).toBe(200);
    await fetch(`${api.url}/apis/parlor.dev/v1/sessions/${admin.session}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${other.token}` },
    });
    expect((await look('/', cookie)).status).toBe(401);
  });

  it('[R13] a pass lasts ten minutes', () => {
    let now = 0;
    const passes = createPasses(() => now);
    const ann = { player: 'p-ann', name: 'Ann', roles: ['admin'], session: 'login-1', expiresAt: 0 };
    const { secret } = passes.issue(ann);
    now = 599_999;
    expect(passes.holderOf(secret)).toBe(ann);
    now = 600_000;
    expect(passes.holderOf(secret)).toBeUndefined();
  });
});
