/** Floods of the provider's forms and its token endpoint. */
import { type Shot, shoot, times } from './shots.ts';
import type { Flood, Way } from './way.ts';
import { PASSWORD, type World } from './world.ts';

const TOKEN = '/realms/parlor/protocol/openid-connect/token';

/** A form of a sign-in that has begun, to be sent as often as one likes. */
async function formOf(world: World, how: 'login' | 'register') {
  const browser = world.browser();
  const { url, html } = await browser.start(`${world.origin}/`, how);
  const action = new URL(html.match(/<form[^>]*\saction="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? '', url);
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return (username: string, password: string, headers: Record<string, string> = {}): Shot => ({
    path: action.pathname + action.search,
    init: {
      method: 'POST',
      body: new URLSearchParams({ username, password }),
      headers: { origin: world.origin, cookie, ...headers },
    },
  });
}

const refresh = (refresh_token: string): Shot => ({
  path: TOKEN,
  init: {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'parlor-web', grant_type: 'refresh_token', refresh_token }),
  },
});

/** Wrong in every way, and now and then as it should be. */
async function formFlood(world: World, from: string, how: 'login' | 'register'): Promise<Flood> {
  const form = await formOf(world, how);
  const kinds: ((n: number) => Shot)[] = [
    (n) => form(`${how} ${n}`, PASSWORD),
    () => form('Signs in', 'wrong wrong wrong'),
    (n) => form(`${'x'.repeat(3_000)}${n}`, 'y'.repeat(3_000)),
    () => form('x', 'y'.repeat(20_000)),
    (n) => form(`\u0000${n}`, '\u2800'.repeat(300)),
    (n) => form(`${how} ${n}`, PASSWORD, { cookie: '' }),
    (n) => form(`${how} ${n}`, PASSWORD, { origin: 'https://evil.example' }),
  ];
  return shoot(
    world,
    from,
    times(84, (n) => (kinds[n % kinds.length] as (n: number) => Shot)(n)),
    [403],
  );
}

export const SIGN_IN: Way[] = [
  {
    way: 'POST …/login-actions/{sign-in}, to sign in',
    by: 'anybody',
    as: 'Signs in',
    limit:
      'pages of others; requests by address and minute; 8 KiB; 10 wrong passwords for a name by address; 2 passwords at once, 4 of an address wait',
    admits: 30,
    budget: { answered: 4_096, calls: 6, json: 4_096 },
    flood: (world) => formFlood(world, 'sign-ins', 'login'),
  },
  {
    way: 'POST …/login-actions/{sign-in}, to register',
    by: 'anybody',
    limit: 'as to sign in; 60 accounts an hour by address',
    admits: 30,
    budget: { answered: 4_096, kept: 512, calls: 6, json: 4_096 },
    flood: (world) => formFlood(world, 'registrations', 'register'),
  },
  {
    way: 'POST …/token, with refresh tokens as they come',
    by: 'a player',
    as: 'Refreshes',
    limit: '20 a minute by session, one after the other or at once; 8 KiB',
    admits: 20,
    budget: { answered: 4_096, kept: 2_048, calls: 8, json: 8_192 },
    async flood(world) {
      const flood: Flood = { units: 0, received: 0, answered: 0, admitted: 0 };
      let { refresh_token } = await world.tokens('Refreshes');
      for (; flood.units < 60; flood.units++) {
        const { path, init } = refresh(refresh_token);
        const response = await world.request('refreshes', path, init);
        const text = await response.text();
        flood.received += String(init?.body).length;
        flood.answered += text.length;
        if (response.status === 429) continue;
        flood.admitted++;
        if (response.ok) ({ refresh_token } = JSON.parse(text));
      }
      return flood;
    },
  },
  {
    way: 'POST …/token, with refresh tokens that are spent',
    by: 'a player',
    as: 'Spends twice',
    limit: '20 a minute by session; one that is spent works for 30 s after its first use',
    admits: 20,
    budget: { answered: 4_096, kept: 2_048, calls: 8, json: 8_192 },
    async flood(world) {
      const { refresh_token } = await world.tokens('Spends twice');
      return shoot(
        world,
        'spent',
        times(60, () => refresh(refresh_token)),
      );
    },
  },
  {
    way: 'POST …/token, with what was never issued',
    by: 'anybody',
    as: 'Is forged',
    limit: 'requests by address and minute, with the forms; a refresh token is told by its signature; 8 KiB',
    admits: 30,
    budget: { calls: 1 },
    async flood(world) {
      const { refresh_token } = await world.tokens('Is forged');
      const forged = [`${refresh_token.slice(0, -4)}AAAA`, 'x.y.z', '', 'x'.repeat(7_000), 'x'.repeat(20_000)];
      const code = { path: TOKEN, init: { method: 'POST', body: 'grant_type=authorization_code&code=x' } };
      return shoot(
        world,
        'forged',
        times(72, (n) => (n % 6 === 5 ? code : refresh(forged[n % 6] as string))),
        [413],
      );
    },
  },
];
