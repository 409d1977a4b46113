/** The whole product once through: two people, a killed server, an administrator. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '#client/texts.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { drop, isMyTurn, message, noTroubles, register, say, signIn, visit } from '#tests/e2e/browser.ts';
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

it('[Y1] two people meet, talk and play; the server is killed in the middle; nothing is lost', async () => {
  const [mira, jonas] = [await visit(browser), await visit(browser)];
  const lobby = `${parlor.origin}/`;
  await Promise.all([register(mira.page, lobby, 'Mira'), register(jonas.page, lobby, 'Jonas')]);

  // they meet in the lobby, and talk
  await mira.page.getByText('Jonas').first().waitFor();
  await jonas.page.getByText('Mira').first().waitFor();
  await say(mira.page, 'Shall we play?');
  await message(jonas.page, 'Shall we play?').waitFor();

  // they play, and talk beside the board
  await mira.page.getByRole('button', { name: texts.lobby.quick }).click();
  await mira.page.getByText(texts.match.waiting).first().waitFor();
  await jonas.page.getByRole('button', { name: texts.lobby.quick }).click();
  await jonas.page.waitForURL(/\/m\//);
  expect(jonas.page.url()).toBe(mira.page.url());
  const first = await Promise.race([who(mira.page), who(jonas.page)]);
  const second = first === mira.page ? jonas.page : mira.page;
  await drop(first, 1);
  await drop(second, 2);
  await drop(first, 1);

  // the last word before the lights go out
  await say(first, 'See you on the other side');
  await message(second, 'See you on the other side').waitFor();
  await parlor.kill();
  await second.getByText(texts.connection.reconnecting).first().waitFor();
  await parlor.start();

  // open pages go on by themselves, without a reload
  await drop(second, 2);
  for (const page of [first, second]) {
    expect(await message(page, 'See you on the other side').count()).toBe(1);
  }
  await drop(first, 1);
  await drop(second, 2);
  await isMyTurn(first).waitFor();
  await first.getByRole('button', { name: /^Column 1,/ }).click();
  await first.getByText(texts.match.won).first().waitFor();
  await second
    .getByText(/ wins$/)
    .first()
    .waitFor();

  // the stats count one match, and the administrator sees both and signs one out
  const admin = await visit(browser);
  const { username, password } = parlor.administrator;
  await signIn(admin.page, `${parlor.origin}/admin/players`, username, password);
  for (const name of ['Mira', 'Jonas']) {
    const row = admin.page.getByRole('row').filter({ hasText: name });
    await row.getByRole('cell', { name: '1', exact: true }).waitFor();
  }
  await admin.page.goto(`${parlor.origin}/admin/sessions`);
  await admin.page.getByRole('button', { name: `${texts.admin.signOut}: Jonas` }).click();
  await admin.page.getByRole('dialog').getByRole('button', { name: texts.admin.signOut }).click();
  await jonas.page.getByText(texts.connection.signedOut.title).first().waitFor();
  await mira.page.goto(lobby);
  await mira.page.getByText(texts.lobby.tables, { exact: true }).first().waitFor();
  await noTroubles(mira, jonas, admin);
});

async function who(page: Page): Promise<Page> {
  await isMyTurn(page).waitFor();
  return page;
}
