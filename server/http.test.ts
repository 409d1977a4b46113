import { request as rawRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '#server/telemetry/metrics.ts';
import { ORIGIN, openApi, type TestApi } from '#server/testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openApi({ PARLOR_ALLOWED_ORIGINS: 'https://friend.example', PARLOR_LOGINS_PER_MINUTE: '3' });
});
afterAll(() => api.close());

/** Unlike fetch, sends any Host and Origin. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ code: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const asked = rawRequest(
      api.url + path,
      { method, headers: { host: new URL(ORIGIN).host, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ code: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    asked.on('error', reject).end();
  });
}

describe('origins', () => {
  it.each(['https://evil.example', 'null', 'http://parlor.test', `${ORIGIN}.evil.example`])(
    '[H1] %s is refused and never reflected',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const headers = { origin, 'access-control-request-method': 'POST' };
        const answer = await get('/matchmake/joinById/x', headers, method);
        expect([method, answer.code]).toEqual([method, 403]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    },
  );

  it('[H1] an allowed origin is answered by name, with Vary', async () => {
    const answer = await get('/parlor.json', { origin: 'https://friend.example' });
    expect(answer.headers['access-control-allow-origin']).toBe('https://friend.example');
    expect(answer.headers.vary).toContain('Origin');
    const preflight = { origin: 'https://friend.example', 'access-control-request-method': 'POST' };
    expect((await get('/apis/parlor.dev/v1/messages', preflight, 'OPTIONS')).code).toBe(204);
  });
});

describe('headers', () => {
  it("[H2] pages run our scripts only, in no frame, and responses do not identify the server's software", async () => {
    const { headers } = await get('/');
    const policy = String(headers['content-security-policy']);
    for (const part of [
      "script-src 'self';",
      "style-src 'self';",
      "frame-ancestors 'none'",
      "object-src 'none'",
      "base-uri 'none'",
    ])
      expect(policy).toContain(part);
    expect(policy).toContain("connect-src 'self' ws://parlor.test:1");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

it('[H2] pages may connect to a foreign sign-in origin for tokens, and to no other', async () => {
  const secure = await openApi({}, undefined, 'https://id.example.org/auth');
  const { headers } = await fetch(`${secure.url}/healthz`);
  await secure.close();
  const policy = String(headers.get('content-security-policy'));
  expect(policy).toContain("connect-src 'self' ws://parlor.test:1 https://id.example.org;");
  expect(policy.split('https://id.example.org')).toHaveLength(2);
});

describe('HTTPS', () => {
  it('[H2] HSTS is sent, but not where our own certificate must stay clickable', async () => {
    for (const [lan, remembered] of [
      ['off', true],
      ['on', false],
    ] as const) {
      const secure = await openApi({ PARLOR_ORIGIN: 'https://play.example', PARLOR_LAN: lan });
      const { headers } = await fetch(`${secure.url}/healthz`);
      await secure.close();
      expect([lan, headers.has('strict-transport-security')]).toEqual([lan, remembered]);
      expect(headers.get('content-security-policy')).toContain('wss://play.example');
    }
  });
});

describe('the client', () => {
  it.each(['/', '/t/abc', '/m/abc', '/p/abc', '/admin', '/admin/players'])('[H3] %s returns the page', async (path) => {
    const { code, headers, text } = await get(path);
    expect([code, headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(text).toContain('<title>Parlor');
  });

  it('[H3] hashed files are immutable', async () => {
    const { code, headers } = await get('/assets/app-abc123.js');
    expect([code, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it.each(['/nope', '/assets/none.js', '/index.php', '/..%2f..%2fetc/passwd', '/t', '/.env', '/api.md'])(
    '[H3] %s is a 404 Status',
    async (path) => {
      const { code, text } = await get(path);
      expect([400, 401, 403, 404]).toContain(code);
      expect(JSON.parse(text)).toMatchObject({ kind: 'Status', status: 'Failure', code });
    },
  );

  it('[H4] a page requested under another host name is redirected to the sign-in origin', async () => {
    const { code, headers } = await get('/t/abc?x=1', { host: '127.0.0.1:1' });
    expect([code, headers.location]).toEqual([307, `${ORIGIN}/t/abc?x=1&asked-at-the-right-origin`]);
    const there = await get('/t/abc?x=1&asked-at-the-right-origin');
    expect([there.code, there.headers.location]).toEqual([307, `${ORIGIN}/t/abc?x=1`]);
    expect((await get('/t/abc?x=1')).code).toBe(200);
  });

  it('[H4] a proxy that replaces Host gets an explaining page, never a redirect loop', async () => {
    for (const host of ['127.0.0.1:1', '<b>', 'parlor.test:81']) {
      const first = await get('/', { host });
      const second = await get(new URL(String(first.headers.location)).href.slice(ORIGIN.length), { host });
      expect([first.code, second.code]).toEqual([307, 421]);
      expect(second.text).toContain('PARLOR_TRUSTED_PROXIES');
      expect(second.text).not.toContain('<b>');
    }
  });

  it('[H4] an explicit default port is the same origin, and X-Forwarded-Host counts behind a trusted proxy', async () => {
    const opened = await openApi({ PARLOR_ORIGIN: 'https://play.example.org', PARLOR_TRUSTED_PROXIES: '1' });
    const ask = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        rawRequest(opened.url, { headers }, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end();
      });
    const origin = 'play.example.org';
    expect(await ask({ host: origin })).toBe(200);
    expect(await ask({ host: `${origin}:443` })).toBe(200);
    expect(await ask({ host: `${origin}:80` })).toBe(307);
    expect(await ask({ host: '127.0.0.1:2567', 'x-forwarded-host': origin })).toBe(200);
    expect(await ask({ host: '127.0.0.1:2567', 'x-forwarded-host': 'evil.example' })).toBe(307);
    await opened.close();
    const direct = await get('/', { host: '127.0.0.1:2567', 'x-forwarded-host': new URL(ORIGIN).host });
    expect(direct.code).toBe(307);
  });

  it('[H11] an idle connection is kept longer than the 60 s of load balancers, and the client is told', async () => {
    const { headers } = await get('/healthz', { connection: 'keep-alive' });
    expect(headers['keep-alive']).toBe('timeout=75');
    const longer = await openApi({ PARLOR_KEEP_ALIVE_S: '620' });
    expect((await fetch(`${longer.url}/healthz`)).headers.get('keep-alive')).toBe('timeout=620');
    await longer.close();
  });

  it('[H5] /parlor.json gives the browser the sign-in address', async () => {
    expect(JSON.parse((await get('/parlor.json')).text)).toMatchObject({
      protocol: 1,
      identity: { url: ORIGIN, realm: 'parlor', clientId: 'parlor-web' },
      limits: { maxPayload: 32_768 },
    });
  });
});

describe('for machines', () => {
  it('[O8] /healthz and /readyz answer independently', async () => {
    expect((await get('/healthz')).code).toBe(200);
    expect((await get('/readyz')).code).toBe(200);
    api.setReady(false);
    const { code, text } = await get('/readyz');
    api.setReady(true);
    expect([code, JSON.parse(text)]).toEqual([503, { ready: false, checks: { database: false } }]);
    api.setReady('The store is away.');
    const why = await get('/readyz');
    api.setReady(true);
    expect([why.code, JSON.parse(why.text)]).toEqual([
      503,
      { ready: false, checks: { database: false }, reasons: { database: 'The store is away.' } },
    ]);
    expect((await get('/healthz')).code).toBe(200);
  });

  it('[O9] /metrics answers this machine, but not through a proxy', async () => {
    const { text } = await get('/metrics');
    for (const name of Object.keys(METRICS)) expect(text).toContain(`# HELP ${name} `);
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'x-forwarded-host'])
      expect([name, (await get('/metrics', { [name]: '127.0.0.1' })).code]).toEqual([name, 403]);
  });

  it('[O9] /metrics behind a local proxy is closed without the token, whatever headers claim', async () => {
    const proxied: Record<string, string>[] = [
      { PARLOR_TRUSTED_PROXIES: '1' },
      { PARLOR_ORIGIN: 'https://play.example.org' },
      { PARLOR_METRICS_TOKEN: 'scrape-me-0123456789' },
    ];
    for (const env of proxied) {
      const opened = await openApi(env);
      expect([env, (await fetch(`${opened.url}/metrics`)).status]).toEqual([env, 403]);
      await opened.close();
    }
  });

  it('[O9] /metrics answers another machine only with the token', async () => {
    const token = 'scrape-me-0123456789';
    const guarded = await openApi({ PARLOR_METRICS_TOKEN: token });
    const scrape = async (headers: Record<string, string>) =>
      (await fetch(`${guarded.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9', ...headers } })).status;
    const codes = [
      await scrape({}),
      await scrape({ authorization: 'Bearer wrong' }),
      await scrape({ authorization: `Bearer ${token}` }),
    ];
    expect(guarded.logged()).not.toContain(token);
    await guarded.close();
    expect(codes).toEqual([403, 403, 200]);
  });

  it('[O9] unknown paths do not become labels', async () => {
    await get('/stranger-1');
    await get('/apis/parlor.dev/v1/strangers');
    expect((await get('/metrics')).text).not.toContain('stranger');
  });
});

describe('logs', () => {
  it('[O6] a request logs one line with its id and without credentials', async () => {
    const { token } = await api.signIn({ name: 'Log' });
    const { headers } = await get(`/apis/parlor.dev/v1/games?limit=5&_authToken=${token}`, {
      authorization: `Bearer ${token}`,
      cookie: 'parlor-monitor=canary-cookie',
    });
    await get(
      '/p1/r1?sessionId=canary-session&reconnectionToken=canary-reconnection&code=canary-code&state=canary-state',
    );
    const logged = api.logged();
    expect(logged).toContain(String(headers['x-request-id']));
    expect(logged).toContain('limit=5');
    expect(logged).toContain('/p1/r1');
    expect(logged).not.toContain(token);
    expect(logged).not.toContain(token.split('.')[2]);
    expect(logged).not.toContain('canary');
  });
});

describe('limits', () => {
  it('[H6] sign-in attempts are limited by address, with Retry-After', async () => {
    const codes: number[] = [];
    let last: Awaited<ReturnType<typeof get>> | undefined;
    for (let i = 0; i < 4; i++) {
      last = await get('/realms/parlor/login', {}, 'POST');
      codes.push(last.code);
    }
    expect(codes).toEqual([200, 200, 200, 429]);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(last?.text ?? '')).toMatchObject({ kind: 'Status', reason: 'TooManyRequests' });
  });

  it("[H6] a player's requests are counted across addresses", async () => {
    const small = await openApi({ PARLOR_REQUESTS_PER_MINUTE: '2', PARLOR_TRUSTED_PROXIES: '1' });
    const { token } = await small.signIn({ name: 'Flood' });
    const codes: number[] = [];
    for (let i = 0; i < 3; i++) {
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': `10.0.0.${i}` };
      codes.push((await fetch(`${small.url}/apis/parlor.dev/v1/games`, { headers })).status);
    }
    await small.close();
    expect(codes).toEqual([200, 200, 429]);
  });
});
