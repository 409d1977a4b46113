/** An administrator's day, in browsers: every action of the console, and what the person it concerns then sees. */
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '#client/texts.ts';
import { TROUBLES } from '#client/troubles.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { message, noTroubles, PASSWORD, register, say, signIn, signInThere, visit } from '#tests/e2e/browser.ts';
import { type ParlorProcess, startParlorProcess } from '#tests/e2e/parlor.ts';

let browser: Browser;
let parlor: ParlorProcess;
beforeAll(async () => {
  [browser, parlor] = await Promise.all([startBrowser(), startParlorProcess()]);
});
afterAll(async () => {
  await browser.close();
  await parlor.stop();
});

/** For who wants to look at the pages: PARLOR_SHOTS names a directory. */
async function shot(page: Page, name: string): Promise<void> {
  const directory = process.env.PARLOR_SHOTS;
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  for (const width of [360, 1280])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${directory}/${name}-${width}-${colorScheme}.png` });
    }
}

it('[Y16] an administrator resets, disables, bans, deletes, removes and closes, each on its page', async () => {
  const lobby = `${parlor.origin}/`;
  const [vera, admin] = [await visit(browser), await visit(browser)];
  await register(vera.page, lobby, 'Vera');
  await say(vera.page, 'something rude');
  await message(vera.page, 'something rude').waitFor();
  const { username, password } = parlor.administrator;
  await signIn(admin.page, lobby, username, password);

  await message(admin.page, 'something rude').hover();
  await admin.page.getByRole('button', { name: texts.chat.remove }).first().click();
  await message(vera.page, 'something rude').waitFor({ state: 'hidden' });

  await say(vera.page, 'something else');
  await message(admin.page, 'something else').hover();
  const dialog = admin.page.getByRole('dialog');
  await admin.page.getByRole('button', { name: `${texts.operate.mute.label} Vera` }).click();
  await shot(admin.page, 'mute');
  await dialog.getByRole('button', { name: texts.operate.mute.label }).click();
  const muted = vera.page.getByText(texts.chat.muted('').slice(0, 30));
  await muted.waitFor();
  await shot(vera.page, 'muted');
  await message(admin.page, 'something else').hover();
  await shot(admin.page, 'talk');
  await admin.page.getByRole('button', { name: `${texts.operate.mute.label} Vera` }).click();
  await shot(admin.page, 'unmute');
  await dialog.getByRole('button', { name: texts.operate.unmute.label }).click();
  await muted.waitFor({ state: 'hidden' });

  await vera.page.getByRole('button', { name: texts.lobby.bot }).click();
  await vera.page.waitForURL(/\/m\//);
  await vera.page.getByText(texts.chat.readers.table).waitFor();

  await admin.page.goto(`${parlor.origin}/admin/players`);
  const manage = async (name: string) => {
    await admin.page.getByRole('button', { name: `${texts.operate.manage}: ${name}` }).press('Enter');
    await dialog.waitFor();
  };
  const act = async (label: string) => {
    await dialog.getByRole('button', { name: label }).click();
    await shot(admin.page, `confirm-${label.replaceAll(' ', '-')}`);
    await dialog.getByRole('button', { name: label }).click();
  };
  await admin.page.getByRole('button', { name: `${texts.operate.manage}: Vera` }).waitFor();
  await shot(admin.page, 'players');
  await manage('Vera');
  await shot(admin.page, 'choices');
  await act(texts.operate.password.label);
  const fresh = await dialog.locator('code').innerText();
  await shot(admin.page, 'password');
  await vera.page.getByText(texts.connection.signedOut.title).first().waitFor();
  const signInAgain = async () => {
    const visitor = await visit(browser);
    await signIn(visitor.page, lobby, 'Vera', fresh);
    await visitor.page.getByRole('button', { name: texts.lobby.bot }).waitFor(); // the page has its tokens
    return visitor;
  };
  const again = await signInAgain();

  await act(texts.operate.disable.label);
  await dialog.getByText(texts.operate.disable.done('Vera')).waitFor();
  await again.page.getByText(texts.connection.signedOut.title).first().waitFor();
  await act(texts.operate.enable.label);
  await dialog.getByText(texts.operate.enable.done('Vera')).waitFor();
  const banned = await visit(browser, { locale: 'de-DE', timezoneId: 'Asia/Tokyo' });
  await signIn(banned.page, lobby, 'Vera', fresh);
  await banned.page.getByRole('button', { name: texts.lobby.bot }).waitFor();
  await dialog.getByRole('button', { name: texts.operate.ban.label }).click();
  await dialog.getByLabel(texts.operate.reason).selectOption('insults');
  await shot(admin.page, 'ban');
  await dialog.getByRole('button', { name: texts.operate.ban.label }).click();
  await dialog.getByText(texts.operate.ban.done('Vera')).waitFor();
  await shot(admin.page, 'banned');
  await banned.page.getByText(texts.banned.title).waitFor();
  await banned.page.getByText(texts.banned.reasons.insults).waitFor();
  await banned.page.getByText(/\d+\. \p{L}+ \d{4} um .*GMT\+9/u).waitFor();
  await shot(banned.page, 'banned-open');
  await banned.page.getByRole('button', { name: texts.connection.signedOut.act }).click();
  await signInThere(banned.page, 'Vera', fresh);
  await banned.page.getByRole('heading', { name: TROUBLES.banned.title }).waitFor();
  expect(await banned.page.getByRole('alert').innerText()).toMatch(/um .*GMT\+9.*insults/s);
  await shot(banned.page, 'banned-again');
  await act(texts.operate.unban.label);
  await dialog.getByText(texts.operate.unban.done('Vera')).waitFor();
  const back = await signInAgain();
  await act(texts.operate.delete.label);
  await dialog.getByText(texts.operate.delete.done('Vera')).waitFor();
  await back.page.getByText(texts.connection.signedOut.title).first().waitFor();
  await admin.page.keyboard.press('Escape');
  await admin.page.getByRole('button', { name: `${texts.operate.manage}: Vera` }).waitFor({ state: 'detached' });

  const bot = () => admin.page.getByRole('button', { name: texts.lobby.bot }).click();
  await admin.page.goto(lobby);
  await bot();
  await admin.page.waitForURL(/\/m\//);
  await admin.page.goto(lobby);
  const close = admin.page.getByRole('button', { name: texts.operate.match.label });
  await expect.poll(() => close.count()).toBe(2); // one is Vera's
  await close.first().click();
  await shot(admin.page, 'close-in-lobby');
  await dialog.getByRole('button', { name: texts.operate.match.label }).click();
  await expect.poll(() => close.count()).toBe(1);
  await bot();
  await admin.page.waitForURL(/\/m\//);
  await admin.page.getByRole('button', { name: texts.operate.match.label }).click();
  await shot(admin.page, 'close-match');
  await dialog.getByRole('button', { name: texts.operate.match.label }).click();
  await admin.page.getByText(texts.connection.ended.title).first().waitFor();
  expect(fresh).not.toBe(PASSWORD);
  await noTroubles(admin, vera, again, back, banned);
});
