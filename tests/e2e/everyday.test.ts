/** What people do every day, each in a browser of their own. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '#client/texts.ts';
import { REFUSALS } from '#schema/refusals.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { drop, isMyTurn, message, noTroubles, register, say, signIn, visit } from '#tests/e2e/browser.ts';
import { type ParlorProcess, startParlorProcess } from '#tests/e2e/parlor.ts';

let browser: Browser;
let parlor: ParlorProcess;
let lobby: string;

beforeAll(async () => {
  [browser, parlor] = await Promise.all([startBrowser(), startParlorProcess()]);
  lobby = `${parlor.origin}/`;
});
afterAll(async () => {
  await browser.close();
  await parlor.stop();
});

it('[Y2][V18] a visitor signs in on the way to a page, lands there, and signs out', async () => {
  const ada = await visit(browser);
  await register(ada.page, `${parlor.origin}/t/lobby`, 'Ada');
  await ada.page.getByRole('textbox', { name: texts.chat.label }).waitFor();
  const other = await ada.page.context().newPage();
  await other.goto(`${parlor.origin}/`);
  await other.getByRole('textbox', { name: texts.chat.label }).waitFor();
  await ada.page.getByRole('button', { name: texts.account.signOut }).click();
  await ada.page.waitForURL(/\/realms\//);
  await other.getByText(texts.connection.signedOut.here).first().waitFor();
  const again = await visit(browser);
  await signIn(again.page, `${parlor.origin}/admin/players`, 'Ada');
  await noTroubles(ada, again);
});

it('[Y3] one person plays the bot by keyboard only, to an end, and again', async () => {
  const { page, troubles } = await visit(browser);
  await register(page, lobby, 'Bo');
  await page.getByRole('button', { name: texts.lobby.bot }).press('Enter');
  await page.waitForURL(/\/m\//);
  const over = page.getByRole('button', { name: texts.match.rematch });
  for (let move = 0; move < 21 && !(await over.isVisible()); move++) {
    await isMyTurn(page).or(over).first().waitFor();
    if (await over.isVisible()) break;
    const columns = page.getByRole('button', { name: /^Column \d, \d free/ });
    const free = () => columns.evaluateAll((all) => all.map((one) => one.ariaLabel).join());
    const before = await free();
    await columns.nth(move % (await columns.count())).press('Enter');
    // The bot may have answered before anybody looks, so the turn alone does not tell that the disc fell.
    await expect.poll(free).not.toBe(before);
  }
  await over.waitFor();
  const before = page.url();
  await over.press('Enter');
  await page.waitForURL((url) => url.href !== before && url.pathname.startsWith('/m/'));
  await page.getByText(texts.bot).first().waitFor();
  expect(troubles).toEqual([]);
});

it('[Y4] leaving and returning restores the seat; a second tab takes over', async () => {
  const [cleo, dan] = [await visit(browser), await visit(browser)];
  await Promise.all([register(cleo.page, lobby, 'Cleo'), register(dan.page, lobby, 'Dan')]);
  await cleo.page.getByRole('button', { name: texts.lobby.create }).click();
  await cleo.page.waitForURL(/\/m\//);
  const match = cleo.page.url();
  await dan.page.goto(match); // by link
  await Promise.race([isMyTurn(cleo.page).waitFor(), isMyTurn(dan.page).waitFor()]);
  const mover = (await isMyTurn(cleo.page).isVisible()) ? cleo.page : dan.page;
  await drop(mover, 4);

  await dan.page.goto(lobby);
  await cleo.page.getByText(/^Away, \d:\d\d left$/).waitFor();
  await dan.page
    .getByRole('link', { name: texts.lobby.comeBack })
    .or(dan.page.getByRole('button', { name: texts.lobby.comeBack }))
    .first()
    .click();
  await dan.page.waitForURL(match);
  await cleo.page.getByText(/^Away, /).waitFor({ state: 'hidden' });

  const second = await dan.page.context().newPage();
  await second.goto(match);
  await dan.page.getByText(texts.connection.displaced.title).waitFor();
  await second.getByText('Cleo').first().waitFor();
  await noTroubles(cleo, dan);
});

it('[Y5] unsent input survives; a message shows its expiry and can be removed; refusals are sentences', async () => {
  const { page, troubles } = await visit(browser);
  await register(page, lobby, 'Eve');
  const field = page.getByRole('textbox', { name: texts.chat.label });
  await field.fill('half a thou');
  await page.reload();
  await expect.poll(() => field.inputValue(), { timeout: 20_000 }).toBe('half a thou');
  await say(page, 'whole again');
  const said = message(page, 'whole again');
  await said.waitFor();
  await page
    .getByTitle(/^This message is deleted for everyone at/)
    .first()
    .waitFor();
  await said.hover();
  await page.getByRole('button', { name: texts.chat.remove }).first().click();
  await said.waitFor({ state: 'hidden' });
  await page.goto(`${parlor.origin}/m/m-nowhere`);
  await page
    .getByText(REFUSALS['no-such-room'].sentence)
    .or(page.getByText(texts.connection.ended.title))
    .first()
    .waitFor();
  expect(troubles).toEqual([]);
});

for (const order of ['Chrome: the key comes while composing', 'Safari: the composition ends, then the key comes'])
  it(`[V17] Enter that confirms an input-method candidate sends nothing. ${order}`, async () => {
    const { page, troubles } = await visit(browser);
    await register(page, `${parlor.origin}/t/lobby`, `Ime ${order.slice(0, 6)}`);
    const field = page.getByRole('textbox', { name: texts.chat.label });
    await field.focus();
    const keyboard = await page.context().newCDPSession(page);
    const enter = (type: 'rawKeyDown' | 'keyUp') =>
      keyboard.send('Input.dispatchKeyEvent', { type, key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
    await keyboard.send('Input.imeSetComposition', { text: 'どうよう', selectionStart: 4, selectionEnd: 4 });
    if (order.startsWith('Chrome')) await enter('rawKeyDown');
    await keyboard.send('Input.insertText', { text: '同様' }); // ends the composition
    if (order.startsWith('Safari')) await enter('rawKeyDown');
    await enter('keyUp');
    expect(await field.inputValue()).toBe('同様');
    await field.press('Enter');
    await message(page, '同様').first().waitFor();
    expect(await field.inputValue()).toBe('');
    expect(troubles).toEqual([]);
  });

it('[Y7] the console is for administrators and links to the monitor', async () => {
  const player = await visit(browser);
  await register(player.page, `${parlor.origin}/admin/players`, 'Finn');
  await player.page.getByText(REFUSALS.forbidden.sentence).first().waitFor();
  const status = await monitorStatus(player.page);
  expect(status).toBe(401);

  const admin = await visit(browser);
  const { username, password } = parlor.administrator;
  await signIn(admin.page, `${parlor.origin}/admin/players`, username, password);
  const monitor = admin.page
    .context()
    .waitForEvent('page')
    .catch(() => undefined);
  await admin.page.getByText(texts.admin.monitor, { exact: true }).click();
  const opened = await Promise.race([monitor, admin.page.waitForURL(/\/monitor\//).then(() => admin.page)]);
  await opened?.waitForURL(/\/monitor\//);
  await opened?.getByText('channel').first().waitFor();
});

const monitorStatus = (page: Page) => page.evaluate(async () => (await fetch('/monitor/')).status);
