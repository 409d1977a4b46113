/** What keeps a page from starting, or its times from being right: each cause, in a real browser. */
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '#client/texts.ts';
import { type Cause, TROUBLES } from '#client/troubles.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { message, register, say, visit } from '#tests/e2e/browser.ts';
import { type ParlorProcess, startParlorProcess } from '#tests/e2e/parlor.ts';

const OTHER_NAME = 'play.test';
let browser: Browser;
let parlor: ParlorProcess;
const walked = new Set<Cause>();

beforeAll(async () => {
  [browser, parlor] = await Promise.all([
    startBrowser(`--host-resolver-rules=MAP ${OTHER_NAME} 127.0.0.1`),
    startParlorProcess(),
  ]);
});
afterAll(async () => {
  await browser.close();
  await parlor.stop();
});

async function shows(page: Page, cause: Cause, detail = ''): Promise<void> {
  const { title, line, act } = TROUBLES[cause];
  await page.getByRole('heading', { name: title }).waitFor();
  const said = await page.getByRole('alert').innerText();
  for (const words of [line, act, detail]) expect(said).toContain(words);
  walked.add(cause);
}

const fails = (status: number, body: unknown) => (route: Route) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });

/** Before anybody has signed in: what the browser, or the way to the server, lacks. */
const BEFORE: [cause: Cause, what: string, lay: (page: Page) => Promise<unknown>, detail?: string][] = [
  ['browser', 'no Intl.Segmenter', (page) => page.addInitScript('delete Intl.Segmenter'), 'Intl.Segmenter'],
  [
    'browser',
    'a script that it cannot read',
    (page) =>
      page.route('**/assets/page-*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: 'let = ;' })),
  ],
  [
    'unloaded',
    'a script that is gone',
    (page) => page.route('**/assets/page-*.js', (route) => route.abort()),
    '/assets/page-',
  ],
  [
    'storage',
    'site data blocked',
    (page) =>
      page.addInitScript(() => {
        const blocked = () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        };
        for (const name of ['sessionStorage', 'localStorage'])
          Object.defineProperty(globalThis, name, { get: blocked });
      }),
  ],
  ['fault', 'an answer that breaks us', (page) => page.route('**/parlor.json', fails(200, null)), 'TypeError'],
];

for (const [cause, what, lay, detail] of BEFORE)
  it(`[V15] ${cause}: ${what}`, async () => {
    const { page } = await visit(browser);
    await lay(page);
    await page.goto(parlor.origin);
    await shows(page, cause, detail);
    await page.context().close();
  });

it('[V15] insecure: plain http on a name other than localhost is explained', async () => {
  const { page } = await visit(browser);
  // The server sends its page by its own name only; the browser is to take it for the other one's.
  await page.route(`http://${OTHER_NAME}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: `${parlor.origin}${pathname}`, headers: {} }) });
  });
  await page.goto(`http://${OTHER_NAME}/`);
  await shows(page, 'insecure');
  await page.context().close();
});

it('[V15][V16] a restarting server is waited for, and a missing part of the page reloads it once', async () => {
  const { page, troubles } = await visit(browser);
  let away = true;
  await page.route('**/parlor.json', (route) => (away ? route.abort() : route.fallback()));
  await page.goto(parlor.origin);
  await shows(page, 'waiting');
  away = false;
  await page.waitForURL(/\/realms\//);
  await register(page, `${parlor.origin}/`, 'Waits');
  await page.getByRole('textbox', { name: texts.chat.label }).waitFor();

  // signed in from here on: what the server, or the provider, refuses
  await page.route('**/players/me', fails(503, { message: 'restarting' }));
  await page.reload();
  await shows(page, 'waiting');
  await page.unroute('**/players/me');
  await page.getByRole('textbox', { name: texts.chat.label }).waitFor();
  await page.route('**/players/me', fails(403, { message: 'This account is switched off.' }));
  await page.reload();
  await shows(page, 'refused');
  await page.unroute('**/players/me');
  const causes = [{ reason: 'banned' }, { field: 'reason', message: 'insults' }];
  await page.route('**/players/me', fails(403, { details: { causes } }));
  await page.reload();
  await shows(page, 'banned', texts.banned.reasons.insults);
  await page.unroute('**/players/me');
  await page.route('**/openid-connect/token', fails(400, { error: 'invalid_grant' }));
  await page.reload();
  await shows(page, 'signIn');
  await page.unroute('**/openid-connect/token');
  await page.getByRole('link', { name: TROUBLES.signIn.act }).click();
  await page.getByRole('textbox', { name: texts.chat.label }).waitFor();

  let gone = 0;
  await page.route('**/assets/parlor-match-*.js', (route) => (gone++ === 0 ? route.abort() : route.fallback()));
  await page.getByRole('button', { name: texts.lobby.create }).click();
  await page.getByText(texts.match.waiting).first().waitFor();
  expect(gone).toBe(2);
  expect(troubles).toEqual([]);
});

it("[V11] a browser whose clock is a day off signs in, talks, and shows the server's time", async () => {
  const { page, troubles } = await visit(browser);
  await page.addInitScript(() => {
    const Real = Date;
    const off = -86_400_000;
    globalThis.Date = class extends Real {
      constructor(...given: []) {
        super(...((given.length > 0 ? given : [Real.now() + off]) as []));
      }
      static override now = () => Real.now() + off;
    } as DateConstructor;
  });
  await register(page, `${parlor.origin}/`, 'Yesterday');
  await say(page, 'what day is it');
  await message(page, 'what day is it').first().waitFor();
  await page.getByText(texts.chat.today, { exact: true }).first().waitFor();
  expect(await page.getByText(/tomorrow|yesterday/).count()).toBe(0);
  expect(troubles).toEqual([]);
});

it('[V15] every cause was tested', () => {
  expect([...walked].sort()).toEqual(Object.keys(TROUBLES).sort());
});
