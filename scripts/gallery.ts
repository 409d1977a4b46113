/**
 * Screenshots of every state that Parlor can show, at three widths, light and dark, into dist/gallery-shots,
 * and axe-core over each of them. `node scripts/gallery.ts [part of a scene's name]`
 */
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { startBrowser } from '#scripts/chromium.ts';

const SITE = 'dist/gallery';
const SHOTS = 'dist/gallery-shots';
const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];
const SCHEMES = ['light', 'dark'] as const;
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** As the game port's, but for where sockets go: a state that needs more than this would fail there too. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'";

type Finding = { scene: string; scheme: string; width: number; impact: string; rule: string; where: string };

await build({
  configFile: 'vite.config.ts',
  root: 'tests/e2e/gallery',
  logLevel: 'warn',
  build: {
    outDir: '../../../dist/gallery',
    emptyOutDir: true,
    rolldownOptions: { input: 'tests/e2e/gallery/index.html' },
  },
});
const { server, origin } = await serve();
const browser = await startBrowser();
try {
  const findings = await shoot(browser, origin, process.argv[2] ?? '');
  for (const finding of findings) console.log(Object.values(finding).join(' | '));
  console.log(`${findings.length} findings; pictures in ${SHOTS}`);
  process.exitCode = findings.some(({ impact }) => impact !== 'minor' && impact !== 'moderate') ? 1 : 0;
} finally {
  await browser.close();
  server.close();
}

/** Fonts are there, the board is drawn, and what appears late (a skeleton, a band) has appeared. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(async () => {
    await document.fonts.ready;
    const running = document.getAnimations().filter(({ playState, effect }) => {
      const { iterations } = effect?.getComputedTiming() ?? {};
      return playState === 'running' && iterations !== Infinity;
    });
    await Promise.allSettled(running.map(({ finished }) => finished));
    return !document.querySelector('parlor-page')?.shadowRoot?.querySelector('parlor-match:not(:defined)');
  });
  await page.waitForLoadState('networkidle');
}

async function serve() {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      const body = readFileSync(join(SITE, path === '/' ? 'index.html' : path));
      const type = TYPES[extname(path)] ?? 'text/html';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function shoot(browser: Browser, origin: string, only: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (!only) await rm(SHOTS, { recursive: true, force: true });
  await mkdir(SHOTS, { recursive: true });
  for (const scheme of SCHEMES) {
    for (const size of SIZES) {
      const page = await browser.newPage({ viewport: size, colorScheme: scheme, reducedMotion: 'reduce' });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.goto(origin);
      const scenes = await page.$$eval('a', (links) => links.map((link) => link.textContent ?? ''));
      for (const scene of scenes.filter((name) => name.includes(only))) {
        await page.goto(`${origin}/?scene=${scene}`);
        await settled(page);
        await page.screenshot({ path: join(SHOTS, `${scene}-${size.width}-${scheme}.png`) });
        await page.evaluate(axe.source);
        const { violations }: AxeResults = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
        const at = { scene, scheme, width: size.width };
        for (const { impact, id, nodes } of violations) {
          const where = nodes.map(({ target, any }) => `${target.flat().at(-1)} (${any[0]?.message ?? ''})`).join(', ');
          findings.push({ ...at, impact: impact ?? 'minor', rule: id, where });
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        if (overflow) findings.push({ ...at, impact: 'serious', rule: 'overflow', where: 'page' });
        for (const error of errors.splice(0)) findings.push({ ...at, impact: 'serious', rule: 'error', where: error });
      }
      await page.close();
    }
  }
  return findings;
}
