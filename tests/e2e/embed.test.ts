/** The chat alone, in a page of somebody else's. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '#client/texts.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { message, noTroubles, register, say, visit } from '#tests/e2e/browser.ts';
import { type ParlorProcess, startParlorProcess } from '#tests/e2e/parlor.ts';

const PAGE = new URL('../../docs/embed-chat.html', import.meta.url);

let browser: Browser;
let parlor: ParlorProcess;
let friend: Server;
let stranger: Server;

/** The page from `docs/`, as a site of its own; its server is the one that runs here. */
async function site(): Promise<Server> {
  const html = await readFile(PAGE, 'utf8');
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(html.replaceAll('http://localhost:2567', parlor.origin));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const originOf = (server: Server) => `http://localhost:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  [friend, stranger] = await Promise.all([site(), site()]);
  [browser, parlor] = await Promise.all([
    startBrowser(),
    startParlorProcess({ PARLOR_ALLOWED_ORIGINS: originOf(friend) }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await parlor.stop();
  friend.close();
  stranger.close();
});

it('[Y8] a page of an allowed site embeds the chat alone; its guests sign in, return and talk', async () => {
  const [ada, bo] = [await visit(browser), await visit(browser)];
  await register(ada.page, `${originOf(friend)}/`, 'Ada');
  await register(bo.page, `${parlor.origin}/`, 'Bo');
  await say(ada.page, 'Hello from over here');
  await message(bo.page, 'Hello from over here').waitFor();
  await say(bo.page, 'And from the lobby');
  await message(ada.page, 'And from the lobby').waitFor();
  await noTroubles(ada, bo);
});

it('[Y8] while the server is unavailable the page says so, and resumes when it is back', async () => {
  const { page } = await visit(browser);
  await page.route('**/parlor.json', (route) => route.abort());
  await page.goto(`${originOf(friend)}/`);
  await page.getByText(texts.embed.unreachable).waitFor();
  await page.unroute('**/parlor.json');
  await page.waitForURL(/\/realms\//);
});

it('[Y8] a page of any other site is refused with a sentence', async () => {
  const { page } = await visit(browser);
  await page.goto(`${originOf(stranger)}/`);
  await page.getByText('The talk cannot be reached from here.').waitFor();
  expect(page.url()).toBe(`${originOf(stranger)}/`);
});
