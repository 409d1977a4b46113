/** Every page, held to what everybody can use: no serious violation, no sideways scrolling on a phone. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '#client/texts.ts';
import { REFUSALS } from '#schema/refusals.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { isMyTurn, register, say, signIn, visit } from '#tests/e2e/browser.ts';
import { type ParlorProcess, startParlorProcess } from '#tests/e2e/parlor.ts';

let browser: Browser;
let parlor: ParlorProcess;
let axe: string;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  [browser, parlor] = await Promise.all([startBrowser(), startParlorProcess()]);
});
afterAll(async () => {
  await browser.close();
  await parlor.stop();
});

type Violation = { id: string; impact: string; nodes: { target: unknown }[] };

async function expectUsable(page: Page, what: string): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 760 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, `${what} at ${width}: wider than the screen by`).toBeLessThanOrEqual(0);
    const found = await violations(page);
    expect(found, `${what} at ${width}`).toEqual([]);
  }
}

/** `addScriptTag` would be stopped by the page's CSP; evaluating is the tester's, not the page's. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => JSON.stringify(target)).join(' ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  it(`[Y6] every page is accessible, in the ${colorScheme}`, async () => {
    const { page } = await visit(browser, { colorScheme, reducedMotion: 'reduce' });
    await page.goto(parlor.origin);
    await page.waitForURL(/\/realms\//);
    await expectUsable(page, 'signing in');
    await page.getByRole('link', { name: /create/i }).click();
    await expectUsable(page, 'registering');

    await page.setViewportSize({ width: 1280, height: 760 });
    await register(page, `${parlor.origin}/`, `Gil ${colorScheme}`);
    await say(page, 'A word, so that there is one to look at');
    await expectUsable(page, 'the lobby');
    await page.setViewportSize({ width: 1280, height: 760 });
    await page.getByRole('button', { name: texts.lobby.create }).click();
    await page.getByText(texts.match.waiting).first().waitFor();
    await expectUsable(page, 'a table that waits');
    await page.setViewportSize({ width: 1280, height: 760 });
    await page.goto(`${parlor.origin}/`);
    await page.getByRole('button', { name: texts.lobby.bot }).click();
    await isMyTurn(page).waitFor();
    await expectUsable(page, 'a match');
    await page.goto(`${parlor.origin}/admin/players`);
    await page.getByText(REFUSALS.forbidden.sentence).waitFor();
    await expectUsable(page, 'a page that is not for everybody');
    await page.getByTitle(texts.account.you).click();
    await page.getByText(texts.player.noMatches).or(page.getByText(texts.player.played)).first().waitFor();
    await expectUsable(page, 'a person');

    const admin = await visit(browser, { colorScheme });
    const { username, password } = parlor.administrator;
    await signIn(admin.page, `${parlor.origin}/admin/players`, username, password);
    await admin.page.getByRole('row').nth(1).waitFor();
    await expectUsable(admin.page, 'the list of players');
    await admin.page.goto(`${parlor.origin}/admin/sessions`);
    await admin.page.getByRole('row').nth(1).waitFor();
    await expectUsable(admin.page, 'the list of sessions');
  });
}
