import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createBrowser } from '#server/identity/test-browser.ts';
import { looksOf } from '#server/identity/unicode/look-alikes.ts';
import { type RunningEmbedded, startEmbedded } from '#server/testing/embedded-identity.ts';

const PASSWORD = 'a long enough one';
let provider: RunningEmbedded;
beforeAll(async () => {
  provider = await startEmbedded({ limits: { failures: 3, registrations: 2 } });
  await provider.identity.users.create({ username: 'Mira', password: PASSWORD });
  await provider.identity.users.create({ username: 'Noa', password: PASSWORD });
});
afterAll(() => provider.close());

async function attempt(username: string, password: string, how: 'login' | 'register' = 'login') {
  const browser = createBrowser(provider.identity.browserConfig());
  const page = await browser.submit(await browser.start(provider.goingTo, how), { username, password });
  return page.status === 303 ? 'in' : page.status;
}

it('[I40] wrong passwords per name and new accounts are limited by address', async () => {
  expect(await attempt('Mira', 'wrong wrong')).toBe(401);
  expect(await attempt('mira', 'wrong wrong')).toBe(401);
  expect(await attempt('Mira', PASSWORD)).toBe('in');
  for (const name of ['Mira', 'MIRA', 'ｍira']) expect(await attempt(name, 'wrong wrong')).toBe(401);
  expect(await attempt('Mira', PASSWORD)).toBe(429);
  expect(await attempt('Noa', PASSWORD)).toBe('in');
  expect(await attempt('New 1', PASSWORD, 'register')).toBe('in');
  expect(await attempt('New 2', PASSWORD, 'register')).toBe('in');
  expect(await attempt('New 3', PASSWORD, 'register')).toBe(429);
  expect(await attempt('Noa', PASSWORD)).toBe('in');
});

it('[I40] concurrent guesses are limited like sequential ones', async () => {
  await provider.identity.users.create({ username: 'Raced', password: PASSWORD });
  const answers = await Promise.all(Array.from({ length: 6 }, () => attempt('Raced', 'wrong wrong')));
  expect(answers.filter((answer) => answer === 401)).toHaveLength(3);
  expect(answers.filter((answer) => answer === 429)).toHaveLength(3);
});

it("[I41] one client's flood of forms leaves the others of its address signed in", async () => {
  const school = await startEmbedded({ loginsPerMinute: 10 });
  onTestFinished(school.close);
  await school.identity.users.create({ username: 'Pupil', password: PASSWORD });
  const browser = createBrowser(school.identity.browserConfig());
  let tokens = await browser.signIn('Pupil', PASSWORD, school.goingTo);
  const token = `${school.origin}/realms/parlor/protocol/openid-connect/token`;
  const forged = `${tokens.refresh_token.slice(0, -4)}AAAA`;
  const flood = [
    ...Array.from({ length: 10 }, () => fetch(`${school.origin}/realms/parlor/x`, { method: 'POST' })),
    ...['', forged, 'x.y.z'].map((refresh_token) =>
      fetch(token, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'parlor-web', refresh_token }),
      }),
    ),
  ];
  expect(
    (await Promise.all(flood)).map(({ status }) => status).filter((status) => status === 429).length,
  ).toBeGreaterThan(2);
  for (let i = 0; i < 3; i++) {
    const refreshed = await browser.refresh(tokens);
    expect(refreshed.status).toBe(200);
    tokens = refreshed.tokens;
  }
  const many = await Promise.all(Array.from({ length: 30 }, () => browser.refresh(tokens)));
  expect(many.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(20);
  expect(many.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(10);
});

it('[I41] sequential refreshes, each with the newest token, are limited like concurrent ones', async () => {
  await provider.identity.users.create({ username: 'In turn', password: PASSWORD });
  const browser = createBrowser(provider.identity.browserConfig());
  let tokens = await browser.signIn('In turn', PASSWORD, provider.goingTo);
  const statuses: number[] = [];
  for (let i = 0; i < 25; i++) {
    const refreshed = await browser.refresh(tokens);
    statuses.push(refreshed.status);
    if (refreshed.status === 200) tokens = refreshed.tokens;
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  expect(statuses.slice(20)).toEqual([429, 429, 429, 429, 429]);
});

it('[I41] a token request of more than eight kilobytes is refused unread', async () => {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x'.repeat(9000) });
  const answer = await fetch(`${provider.origin}/realms/parlor/protocol/openid-connect/token`, {
    method: 'POST',
    body,
  });
  expect(answer.status).toBe(413);
});

it('[I66][I67] a confusable name is refused with its sentence', async () => {
  const { create } = provider.identity.users;
  expect(await create({ username: 'Nina', password: PASSWORD })).toMatchObject({ username: 'Nina' });
  expect(await create({ username: 'NINA', password: PASSWORD })).toMatchObject({ refused: 'name-taken' });
  expect(await create({ username: 'Νіna', password: PASSWORD })).toMatchObject({ refused: 'name-mixed' });
  expect(await create({ username: 'ΝΙΝΑ', password: PASSWORD })).toMatchObject({ refused: 'name-alike' });
  const racing = ['Corin', 'Cοrin', 'C0rin', 'Corln', 'CORIN'].map((username) =>
    create({ username, password: PASSWORD }),
  );
  const made = (await Promise.all(racing)).filter((user) => !('refused' in user));
  expect(made.length).toBeGreaterThan(0);
  expect(new Set(made.flatMap((user) => ('username' in user ? looksOf(user.username) : []))).size).toBe(
    made.length * 3,
  );
});
