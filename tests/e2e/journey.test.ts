/**
 * The whole product once through: two people, a killed server, an administrator. The same steps for one process and
 * for many behind an edge, of which the one that has the match is killed.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { texts } from '#client/texts.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { drop, isMyTurn, message, noTroubles, register, say, signIn, visit } from '#tests/e2e/browser.ts';
import { startParlorCluster } from '#tests/e2e/cluster.ts';
import { type ParlorProcess, startParlorProcess } from '#tests/e2e/parlor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

it('[Y1] two people meet, talk and play; the server is killed in between; nothing is lost', async () => {
  await journey(await startParlorProcess());
});

it("[Y1][P7] two people meet, talk and play through an edge, and their match's owner is killed in between", async () => {
  await journey(await startParlorCluster());
});

async function journey(parlor: ParlorProcess): Promise<void> {
  onTestFinished(() => parlor.stop());
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
  const { reconnecting, resumed } = texts.connection;
  // Among many it takes a fraction of a second; what is said of it stays a little longer.
  const told = second.getByText(reconnecting).or(second.getByText(resumed)).first().waitFor();
  await parlor.kill(new URL(second.url()).pathname.split('/').at(-1));
  await told;
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
  await Promise.all([mira, jonas, admin].map(({ page }) => page.context().close()));
}

async function who(page: Page): Promise<Page> {
  await isMyTurn(page).waitFor();
  return page;
}
