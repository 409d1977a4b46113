/** Real browsers, one context each, and what people do in them. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { texts } from '#client/texts.ts';

export const PASSWORD = 'correct horse battery';

export type Visitor = {
  page: Page /** Errors that the page did not handle, and what its CSP blocked. */;
  troubles: string[];
};

/** A browser of one's own: nobody else's cookies. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) troubles.push(message.text());
  });
  return { page, troubles };
}

/** Goes to a place and registers on the way; ends up at that place. */
export async function register(page: Page, to: string, name: string): Promise<void> {
  await page.goto(to);
  await page.waitForURL(/\/realms\//);
  await page.getByRole('link', { name: /create|register/i }).click();
  await fillIn(page, name, PASSWORD);
  await page.getByRole('button', { name: /create|register/i }).click();
  await page.waitForURL(to);
}

/** Goes to a place and signs in on the way. */
export async function signIn(page: Page, to: string, name: string, password = PASSWORD): Promise<void> {
  await page.goto(to);
  await signInThere(page, name, password);
  await page.waitForURL(to);
}

/** Signs in on the page that one was sent to. */
export async function signInThere(page: Page, name: string, password: string): Promise<void> {
  await page.waitForURL(/\/realms\//);
  await fillIn(page, name, password);
  await page.getByRole('button', { name: /sign in/i }).click();
}

async function fillIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel(/name/i).first().fill(name);
  for (const field of await page.locator('input[type=password]').all()) await field.fill(password);
}

export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: texts.chat.label });
  await field.fill(text);
  await field.press('Enter');
}

export const message = (page: Page, text: string) => page.getByText(text, { exact: true });

export const isMyTurn = (page: Page) => page.getByText(texts.match.yourTurn, { exact: true });

/** Waits for one's turn, then drops into column 1 to 7. */
export async function drop(page: Page, column: number): Promise<void> {
  await isMyTurn(page).waitFor();
  await page.getByRole('button', { name: new RegExp(`^Column ${column},`) }).click();
  await isMyTurn(page).waitFor({ state: 'hidden' });
}

export async function noTroubles(...visitors: Visitor[]): Promise<void> {
  for (const { troubles } of visitors) expect(troubles).toEqual([]);
}
