/** The way in and out, the same for whichever provider stands at the door; run against each of them. */
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { texts } from '#client/texts.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { message, noTroubles, PASSWORD, register, say, signIn, visit } from '#tests/e2e/browser.ts';
import type { ParlorProcess } from '#tests/e2e/parlor.ts';

export type Door = {
  parlor: ParlorProcess;
  /** Makes somebody an administrator who has registered, unless there is one already. Answers who is. */
  administrator(): Promise<{ username: string; password: string }>;
};

export function describeSignIn(name: string, open: () => Promise<Door>): void {
  describe(`signing in: ${name}`, () => {
    let browser: Browser;
    let door: Door;
    // Lower case, as Keycloak keeps names.
    const [ada, bea, cleo] = ['ada', 'bea', 'cleo'].map((one) => `${one}-${randomUUID().slice(0, 6)}`) as [
      string,
      string,
      string,
    ];
    beforeAll(async () => {
      [browser, door] = await Promise.all([startBrowser(), open()]);
    }, 240_000);
    afterAll(async () => {
      await browser?.close();
      await door?.parlor.stop();
    });

    it('[I21] a person registers, talks, returns without a prompt, signs out, and is admitted by name and password', async () => {
      const { origin } = door.parlor;
      const first = await visit(browser);
      await register(first.page, `${origin}/t/lobby`, ada);
      await field(first.page).waitFor();
      await first.page.goto(`${origin}/`);
      await field(first.page).waitFor();
      await say(first.page, 'Here I am');
      await message(first.page, 'Here I am').first().waitFor();
      // the session is the browser's: another page of it is asked nothing, and has tokens of its own
      const second = await first.page.context().newPage();
      await second.goto(`${origin}/`);
      await message(second, 'Here I am').first().waitFor();

      await first.page.getByRole('button', { name: texts.account.signOut }).click();
      await first.page.waitForURL(/\/realms\//);
      const { page, ...again } = await visit(browser);
      await page.goto(`${origin}/`);
      await page.waitForURL(/\/realms\//);
      await page.getByLabel(/name/i).first().fill(ada);
      await page.locator('input[type=password]').first().fill('not the password');
      await page.getByRole('button', { name: /sign in/i }).click();
      // still there, and told so
      await page
        .getByText(/invalid|do not match/i)
        .first()
        .waitFor();
      await signIn(page, `${origin}/admin/players`, ada);
      await noTroubles(first, { page, ...again });
    });

    it('[I22] tokens are refreshed before they expire, in each page of a browser by itself', async () => {
      const { origin } = door.parlor;
      const { page, troubles } = await visit(browser);
      const refreshed: number[] = [];
      const watch = (one: Page) =>
        one.on('response', (answer) => {
          if (/\/token$/.test(answer.url()) && answer.request().postData()?.includes('refresh_token'))
            refreshed.push(answer.status());
        });
      watch(page);
      await page.clock.install();
      await register(page, `${origin}/`, bea);
      await openTable(page);
      const second = await page.context().newPage();
      watch(second);
      await second.clock.install();
      await second.goto(`${origin}/`);
      await field(second).waitFor();
      // alternately: neither page's rotation spoils the other's
      for (const [round, one] of [page, second, page, second].entries()) {
        await one.clock.fastForward('05:10');
        await say(one, `after a while, ${round}`);
        await message(one, `after a while, ${round}`).first().waitFor();
        await expect.poll(() => refreshed.length, { timeout: 30_000 }).toBeGreaterThan(round);
      }
      expect(refreshed.every((status) => status === 200)).toBe(true);
      expect(troubles).toEqual([]);
    });

    it("[I23] an administrator ends one session: its pages say so at once, and the person's others continue", async () => {
      const { origin } = door.parlor;
      const [desk, phone] = [await visit(browser), await visit(browser, { userAgent: 'A phone' })];
      await register(desk.page, `${origin}/`, cleo);
      await openTable(desk.page);
      await signIn(phone.page, `${origin}/`, cleo);
      await field(phone.page).waitFor();

      const { username, password } = await door.administrator();
      const admin = await visit(browser);
      await signIn(admin.page, `${origin}/admin/sessions`, username, password);
      const row = admin.page.getByRole('row').filter({ hasText: cleo }).filter({ hasText: 'A phone' });
      await row.getByRole('button', { name: new RegExp(texts.admin.signOut) }).click();
      await admin.page.getByRole('dialog').getByRole('button', { name: texts.admin.signOut }).click();
      await phone.page.getByText(texts.connection.signedOut.administrator).first().waitFor();
      await say(desk.page, 'Still here');
      await message(desk.page, 'Still here').first().waitFor();

      // the provider has ended it, too: whoever has the phone is asked for the password
      await phone.page.goto(`${origin}/`);
      await phone.page.waitForURL(/\/realms\//);
      await phone.page.locator('input[type=password]').first().waitFor();
      await signIn(phone.page, `${origin}/`, cleo, PASSWORD);
      await field(phone.page).waitFor();
      await noTroubles(desk, phone, admin);
    });
  });
}

/** A room that no other page of theirs is in: a second one in the same room would take the place. */
async function openTable(page: Page): Promise<void> {
  await page.getByRole('button', { name: texts.lobby.create }).click();
  await page.waitForURL(/\/m\//);
  await field(page).waitFor();
}

const field = (page: Page) => page.getByRole('textbox', { name: texts.chat.label });
