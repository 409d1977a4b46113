import { request as rawRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '#server/telemetry/metrics.ts';
import { type Door, ORIGIN, openDoor } from '#server/testing/door.ts';

let door: Door;
beforeAll(async () => {
  door = await openDoor({ PARLOR_ALLOWED_ORIGINS: 'https://friend.example', PARLOR_LOGINS_PER_MINUTE: '3' });
});
afterAll(() => door.close());

/** Unlike fetch, sends any Host and Origin. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ code: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const asked = rawRequest(
      door.url + path,
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
    '[H1] refuses %s, and never reflects it',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const headers = { origin, 'access-control-request-method': 'POST' };
        const answer = await get('/matchmake/joinById/x', headers, method);
        expect([method, answer.code]).toEqual([method, 403]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    },
  );

  it('[H1] answers an allowed one by name, and varies by it', async () => {
    const answer = await get('/parlor.json', { origin: 'https://friend.example' });
    expect(answer.headers['access-control-allow-origin']).toBe('https://friend.example');
    expect(answer.headers.vary).toContain('Origin');
    const preflight = { origin: 'https://friend.example', 'access-control-request-method': 'POST' };
    expect((await get('/apis/parlor.dev/v1/messages', preflight, 'OPTIONS')).code).toBe(204);
  });
});

describe('headers', () => {
  it('[H2] lets pages run our scripts only, in no frame, and reveals nothing of the server', async () => {
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

it('[H2] where people sign in at another origin, pages may ask there for tokens, and nowhere else', async () => {
  const secure = await openDoor({}, undefined, 'https://id.example.org/auth');
  const { headers } = await fetch(`${secure.url}/healthz`);
  await secure.close();
  const policy = String(headers.get('content-security-policy'));
  expect(policy).toContain("connect-src 'self' ws://parlor.test:1 https://id.example.org;");
  expect(policy.split('https://id.example.org')).toHaveLength(2);
});

describe('HTTPS', () => {
  it('[H2] is remembered by browsers, but not where our own certificate must stay something to click through', async () => {
    for (const [lan, remembered] of [
      ['off', true],
      ['on', false],
    ] as const) {
      const secure = await openDoor({ PARLOR_ORIGIN: 'https://play.example', PARLOR_LAN: lan });
      const { headers } = await fetch(`${secure.url}/healthz`);
      await secure.close();
      expect([lan, headers.has('strict-transport-security')]).toEqual([lan, remembered]);
      expect(headers.get('content-security-policy')).toContain('wss://play.example');
    }
  });
});

describe('the client', () => {
  it.each(['/', '/t/abc', '/m/abc', '/p/abc', '/admin', '/admin/players'])('[H3] %s is the one page', async (path) => {
    const { code, headers, text } = await get(path);
    expect([code, headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(text).toContain('<title>Parlor');
  });

  it('[H3] hashed files never change', async () => {
    const { code, headers } = await get('/assets/app-abc123.js');
    expect([code, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it.each(['/nope', '/assets/none.js', '/index.php', '/..%2f..%2fetc/passwd', '/t', '/.env', '/api.md'])(
    '[H3] %s is not there, in a Status',
    async (path) => {
      const { code, text } = await get(path);
      expect([400, 401, 403, 404]).toContain(code);
      expect(JSON.parse(text)).toMatchObject({ kind: 'Status', status: 'Failure', code });
    },
  );

  it('[H4] who comes by another name of this machine is sent to the one that sign-in belongs to', async () => {
    const { code, headers } = await get('/t/abc?x=1', { host: '127.0.0.1:1' });
    expect([code, headers.location]).toEqual([307, `${ORIGIN}/t/abc?x=1`]);
  });

  it('[H5] the browser learns from /parlor.json where to sign in', async () => {
    expect(JSON.parse((await get('/parlor.json')).text)).toMatchObject({
      protocol: 1,
      identity: { url: ORIGIN, realm: 'parlor', clientId: 'parlor-web' },
      limits: { maxPayload: 32_768 },
    });
  });
});

describe('for machines', () => {
  it('[O8] alive and ready are two questions', async () => {
    expect((await get('/healthz')).code).toBe(200);
    expect((await get('/readyz')).code).toBe(200);
    door.setReady(false);
    const { code, text } = await get('/readyz');
    door.setReady(true);
    expect([code, JSON.parse(text)]).toEqual([503, { ready: false, checks: { database: false } }]);
    door.setReady('The store is away.');
    const why = await get('/readyz');
    door.setReady(true);
    expect([why.code, JSON.parse(why.text)]).toEqual([
      503,
      { ready: false, checks: { database: false }, reasons: { database: 'The store is away.' } },
    ]);
    expect((await get('/healthz')).code).toBe(200);
  });

  it('[O9] metrics answer this machine, but nobody who comes through a proxy', async () => {
    const { text } = await get('/metrics');
    for (const name of Object.keys(METRICS)) expect(text).toContain(`# HELP ${name} `);
    expect((await get('/metrics', { 'x-forwarded-for': '127.0.0.1' })).code).toBe(403);
  });

  it('[O9] metrics answer another machine only with the token', async () => {
    const token = 'scrape-me-0123456789';
    const guarded = await openDoor({ PARLOR_METRICS_TOKEN: token });
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

  it('[O9] paths of strangers do not become labels', async () => {
    await get('/stranger-1');
    await get('/apis/parlor.dev/v1/strangers');
    expect((await get('/metrics')).text).not.toContain('stranger');
  });
});

describe('logs', () => {
  it('[O6] a request leaves one line, with its id, and without what admits somebody', async () => {
    const { token } = await door.signIn({ name: 'Log' });
    const { headers } = await get(`/apis/parlor.dev/v1/games?limit=5&_authToken=${token}`, {
      authorization: `Bearer ${token}`,
      cookie: 'parlor-monitor=canary-cookie',
    });
    await get(
      '/p1/r1?sessionId=canary-session&reconnectionToken=canary-reconnection&code=canary-code&state=canary-state',
    );
    const logged = door.logged();
    expect(logged).toContain(String(headers['x-request-id']));
    expect(logged).toContain('limit=5');
    expect(logged).toContain('/p1/r1');
    expect(logged).not.toContain(token);
    expect(logged).not.toContain(token.split('.')[2]);
    expect(logged).not.toContain('canary');
  });
});

describe('limits', () => {
  it('[H6] sign-in attempts from one address are counted, and told when to come back', async () => {
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

  it('[H6] a player is counted across addresses', async () => {
    const small = await openDoor({ PARLOR_REQUESTS_PER_MINUTE: '2', PARLOR_TRUSTED_PROXIES: '1' });
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
