import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningEmbedded, startEmbedded } from '#server/identity/embedded/harness.ts';
import { createBrowser } from '#server/identity/test-browser.ts';

const PASSWORD = 'a long enough one';
let house: RunningEmbedded;
beforeAll(async () => {
  house = await startEmbedded({ limits: { failures: 3, registrations: 2 } });
  await house.identity.users.create({ username: 'Mira', password: PASSWORD });
  await house.identity.users.create({ username: 'Noa', password: PASSWORD });
});
afterAll(() => house.close());

async function attempt(username: string, password: string, how: 'login' | 'register' = 'login') {
  const browser = createBrowser(house.identity.browserConfig());
  const page = await browser.submit(await browser.start(house.goingTo, how), { username, password });
  return page.status === 303 ? 'in' : page.status;
}

it('[I40] wrong passwords for a name, and new accounts, are limited for one address', async () => {
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
