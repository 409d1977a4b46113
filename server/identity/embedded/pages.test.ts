/** What a person meets: forms, refusals near their field, and forms that are not ours. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REFUSALS } from '#schema/refusals.ts';
import { PROBLEMS } from '#server/identity/embedded/pages.ts';
import { createBrowser, type Page } from '#server/identity/test-browser.ts';
import { type RunningEmbedded, startEmbedded } from '#server/testing/embedded-identity.ts';

/** A site whose pages may talk to us, but may not fill in our forms. */
const FRIEND = 'http://friend.example';
let provider: RunningEmbedded;
beforeAll(async () => {
  provider = await startEmbedded({ allowedOrigins: [FRIEND] });
});
afterAll(() => provider.close());

const browser = () => createBrowser(provider.identity.browserConfig());
const errorOf = (page: Page, field: string) => page.html.match(new RegExp(`id="${field}-error"[^>]*>([^<]*)`))?.[1];
const PASSWORD = 'a long enough one';

it('[I30] a registration signs the person in and redirects to the target page', async () => {
  const mira = browser();
  const form = await mira.start(`${provider.origin}/m/42?seat=1`, 'register');
  expect(form.html).toContain('autocomplete="new-password"');
  const tokens = await mira.finish(await mira.submit(form, { username: 'Mira  Ø', password: PASSWORD }));
  expect(tokens.expires_in).toBe(300);
  expect(await provider.identity.users.find('mira ø')).toMatchObject({ username: 'Mira Ø', roles: ['player'] });
});

it('[I31] switching between sign-in and registration keeps the target page', async () => {
  const noa = browser();
  const login = await noa.start(`${provider.origin}/t/lobby`);
  const link = /class="switch">[^<]*<a href="([^"]+)"/;
  const register = await noa.open(new URL(login.html.match(link)?.[1] ?? '', login.url).href);
  expect(register.html).toContain('Create account');
  const back = await noa.open(new URL(register.html.match(link)?.[1] ?? '', register.url).href);
  expect(back.html).toContain('Welcome back');
  await noa.finish(await noa.submit(register, { username: 'Noa', password: PASSWORD }));
});

it('[I32] each refusal is shown near its field, with its sentence and the status of its code', async () => {
  await provider.identity.users.create({ username: 'Taken', password: PASSWORD });
  const disabled = await provider.identity.users.create({ username: 'Disabled', password: PASSWORD });
  await provider.identity.users.setEnabled('id' in disabled ? disabled.id : '', false);
  const cases = [
    ['register', 'taken', PASSWORD, 'username', 'name-taken'],
    ['register', 'x', PASSWORD, 'username', 'name-invalid'],
    ['register', 'a\u202eb', PASSWORD, 'username', 'name-invalid'],
    ['register', 'Someone', 'short', 'password', 'password-invalid'],
    ['register', 'Someone', 'x'.repeat(201), 'password', 'password-invalid'],
    ['login', 'Taken', 'not the password', 'password', 'wrong-credentials'],
    ['login', 'Nobody', PASSWORD, 'password', 'wrong-credentials'],
    ['login', 'Disabled', PASSWORD, 'username', 'account-disabled'],
  ] as const;
  for (const [how, username, password, field, code] of cases) {
    const someone = browser();
    const page = await someone.submit(await someone.start(provider.goingTo, how), { username, password });
    expect([page.status, errorOf(page, field)], `${how} ${username}`).toEqual([
      REFUSALS[code].status,
      REFUSALS[code].sentence,
    ]);
    expect(page.html).not.toContain(password);
  }
});

it('[I33] submitted values are shown escaped, and missing fields crash nothing', async () => {
  const eve = browser();
  const form = await eve.start(provider.goingTo);
  const page = await eve.submit(form, { username: '"><script>alert(1)</script>', password: 'whatever it is' });
  expect(page.html).not.toContain('<script>alert');
  expect(page.html).toContain('value="&quot;&gt;&lt;script&gt;');
  expect((await eve.submit(form, {})).status).toBe(401);
  expect((await eve.submit(form, { username: 'x'.repeat(9000) })).status).toBe(413);
});

it('[I34] a form from another site, or from a browser that never opened the page, is refused', async () => {
  const mira = browser();
  const form = await mira.start(provider.goingTo, 'register');
  const fields = { username: 'Forged', password: PASSWORD };
  for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { origin: FRIEND }]) {
    expect(await mira.submit(form, fields, headers)).toMatchObject({ status: 403 });
  }
  expect(await browser().submit(form, fields)).toMatchObject({ status: 400 });
  expect(await provider.identity.users.find('Forged')).toBeUndefined();
});

it('[I120] every dead end has its own sentence and a link to continue', async () => {
  const seen = new Set<string>();
  const shows = (page: Page, problem: string) => {
    expect(page.html, problem).toContain(PROBLEMS[problem]?.line);
    expect(page.html, problem).toMatch(/<a class="primary" href="\/">/);
    seen.add(problem);
  };
  // no cookie came: blocked, or the address was opened in another browser
  const form = await browser().start(provider.goingTo);
  shows(await browser().open(form.url), 'no-cookie');
  shows(await browser().submit(form, { username: 'Cookieless', password: PASSWORD }), 'no-cookie');
  // Back after signing in leads on; a form that was sent late says so
  const mira = browser();
  const first = await mira.start(provider.goingTo, 'register');
  await mira.finish(await mira.submit(first, { username: 'Goes Back', password: PASSWORD }));
  expect(await mira.open(first.url)).toMatchObject({ url: provider.goingTo });
  shows(await mira.submit(first, { username: 'Goes Back', password: PASSWORD }), 'signed-in');
  // signed out since, or never heard of
  mira.cookies.splice(0);
  shows(await mira.open(first.url), 'expired');
  for (const uid of ['x', '%00', '..%2f', 'x'.repeat(100)])
    shows(await browser().open(first.url.replace(/login-actions\/[^?]+/, `login-actions/${uid}`)), 'expired');
  shows(await mira.submit(form, {}, { origin: FRIEND }), 'foreign');
  expect([...seen].sort()).toEqual(Object.keys(PROBLEMS).sort());
});

it('[I35] sign-in pages allow no inline script, frame or foreign target, and are not cached', async () => {
  const page = await browser().start(provider.goingTo);
  const policy = page.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`form-action 'self' ${provider.origin} ${FRIEND};`);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.html).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
  const files = [...page.html.matchAll(/(?:href|src)="(\/[^"?]+\.(?:css|js))"/g)].map(([, path]) => path);
  expect(files).toHaveLength(3);
  for (const path of [...files, '/realms/parlor/resources/inter.woff2', '/realms/parlor/resources/fraunces.woff2']) {
    expect((await fetch(`${provider.origin}${path}`)).status, path).toBe(200);
  }
});

it('[I36] redirects lead to our own site only', async () => {
  const { port } = new URL(provider.origin);
  for (const foreign of [
    'http://evil.example/',
    `http://127.0.0.1.evil.example:${port}/`,
    `http://127.0.0.1:${port}@evil.example/`,
    `${provider.origin.replace('http:', 'https:')}/`,
    `${provider.origin}/#/t/lobby`,
    'javascript:alert(1)',
  ]) {
    const page = await browser().start(foreign);
    expect(page.status, foreign).toBe(400);
    expect(page.html).toContain('That did not work');
    expect(page.html).not.toContain('evil');
  }
});

it('[I35] links follow the configured address, whatever the request claims', async () => {
  const page = await browser().open(`${provider.origin}/realms/parlor/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  });
  const addresses = Object.values(JSON.parse(page.html)).filter((value) => String(value).startsWith('http'));
  expect(addresses.length).toBeGreaterThan(5);
  expect(addresses.filter((address) => !String(address).startsWith(provider.origin))).toEqual([]);
});

it('[I37] signing in without PKCE is refused', async () => {
  const search = new URLSearchParams({
    client_id: 'parlor-web',
    redirect_uri: provider.goingTo,
    response_type: 'code',
    scope: 'openid',
    response_mode: 'query',
  });
  const mira = browser();
  await mira.start(`${provider.origin}/`);
  const page = await mira.open(`${provider.origin}/realms/parlor/protocol/openid-connect/auth?${search}`);
  expect(page.url).toContain('error=invalid_request');
});

it('[I38] registering while signed in as another person ends that session', async () => {
  const mira = browser();
  const first = await mira.finish(
    await mira.submit(await mira.start(provider.goingTo, 'register'), { username: 'First', password: PASSWORD }),
  );
  const form = await mira.start(provider.goingTo, 'register');
  const handover = await mira.submit(form, { username: 'Second', password: PASSWORD });
  const hidden = [...handover.html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  const second = await mira.finish(await mira.submit(handover, Object.fromEntries(hidden)));
  expect(await mira.refresh(first)).toMatchObject({ status: 400 });
  expect(await mira.refresh(second)).toMatchObject({ status: 200 });
  const user = await provider.identity.users.find('First');
  expect(await provider.identity.sessions.list(user?.id ?? '')).toEqual([]);
});

it("[I39] signing out without one's ID token asks for confirmation; a signed-out browser continues", async () => {
  const mira = browser();
  const tokens = await mira.finish(
    await mira.submit(await mira.start(provider.goingTo, 'register'), { username: 'Leaving', password: PASSWORD }),
  );
  const ends: string[] = [];
  provider.identity.onSessionEnd(({ sub }) => void ends.push(sub));
  const logout = `${provider.origin}/realms/parlor/protocol/openid-connect/logout`;
  const ask = await mira.open(logout);
  expect(ask.html).toContain('Leaving?');
  expect(await mira.refresh(tokens)).toMatchObject({ status: 200 });
  const xsrf = ask.html.match(/name="xsrf" value="([^"]*)"/)?.[1] ?? '';
  const done = await mira.submit(ask, { xsrf, logout: 'yes' });
  expect(done.html).toContain('See you soon');
  expect(ends).toHaveLength(1);
  expect(await mira.refresh(tokens)).toMatchObject({ status: 400 });

  expect((await mira.signOut(tokens, `${provider.origin}/t/lobby`)).url).toBe(`${provider.origin}/t/lobby`);
  expect(provider.errors).toEqual([]);
});
