import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { texts } from '#client/texts.ts';
import { MACHINES } from '#rooms/registry.ts';
import type { Game } from '#schema/resources.ts';
import type { MatchState } from '#schema/states.ts';
import { startBrowser } from '#scripts/chromium.ts';
import { freePort } from '#scripts/free-port.ts';
import { versionOf } from '#server/version.ts';
import { register, visit } from '#tests/e2e/browser.ts';
import { ParlorProcess } from '#tests/integration/process/parlor.ts';
import { type Tree, withSecondGame } from '#tests/second-game/adding.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let tree: Tree;
let dataDir: string;
let browser: Browser;
let parlor: ParlorProcess;

beforeAll(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-second-'));
  [tree, browser] = await Promise.all([withSecondGame(), startBrowser()]);
  parlor = new ParlorProcess({ dataDir, port: await freePort(), root: tree.root });
  await parlor.ready();
});
afterAll(async () => {
  await browser?.close();
  await parlor?.end('SIGKILL');
  await tree?.remove();
  await rm(dataDir, { recursive: true, force: true });
});

const order = (spec: object) => ({ apiVersion: 'parlor.dev/v1', kind: 'Match', spec: { game: 'higher', ...spec } });

it('[G28] a game of two folders and two list lines is listed, opened with its options and played to its end', async () => {
  const people = [await parlor.register('Ann'), await parlor.register('Bea')] as const;
  const [ann] = people;
  const { items } = await ann.call<{ items: Game[] }>('GET', 'games');
  expect(items.find(({ metadata }) => metadata.name === 'higher')?.spec).toEqual({
    seats: { min: 2, max: 2 },
    realtime: false,
    bot: false,
    refusals: { 'higher/beyond': 'That number is too large.' },
    options: {
      type: 'object',
      properties: { most: { type: 'integer', minimum: 2, maximum: 99, default: 9, title: 'Largest number' } },
      additionalProperties: false,
    },
  });
  for (const [spec, field] of [
    [{ bot: true }, 'spec.bot'],
    [{ options: { most: 1 } }, 'spec.options.most'],
    [{ options: { least: 1 } }, 'spec.options.least'],
    [{ config: { most: 5 } }, 'spec.config.most'],
  ] as const)
    await expect(ann.call('POST', 'matches', order(spec))).rejects.toThrow(`"${field}"`);

  const made = await ann.call<{ metadata: { name: string } }>('POST', 'matches', order({ options: { most: 5 } }));
  const pages = await Promise.all(people.map((person) => person.open<MatchState>(made.metadata.name)));
  await vi.waitUntil(() => pages.every(({ state }) => state.phase === 'playing'));
  const mover = () => pages.find(({ seat, state }) => seat === state.turn) as (typeof pages)[0];
  const [first, second] = [mover(), pages.find((page) => page !== mover()) as (typeof pages)[0]];
  expect([first.machine, await first.submit('name', { number: 6 })]).toMatchObject([
    'higher',
    { ok: false, code: 'higher/beyond' },
  ]);
  expect(await first.submit('name', { number: 5 })).toMatchObject({ ok: true });
  await vi.waitUntil(() => second.state.turn === second.seat);
  expect(await second.submit('name', { number: 2 })).toMatchObject({ ok: true });
  await vi.waitUntil(() => pages.every(({ state }) => state.phase === 'finished'));
  expect([[...first.state.winners], first.state.ending]).toEqual([[first.seat], 'higher']);
  for (const page of pages) await page.leave(false);
});

it('[G28] the version of every other machine stays as it was', () => {
  const script = `
    const { versionOf } = await import('${tree.root}/server/version.ts');
    const { MACHINES } = await import('${tree.root}/rooms/registry.ts');
    console.log(JSON.stringify(MACHINES.map((machine) => [machine.name, versionOf(machine)])));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: tree.root });
  const versions = new Map<string, string>(JSON.parse(String(said)));
  expect(versions.get('higher')).toMatch(/^[0-9a-f]{16}$/);
  versions.delete('higher');
  expect([...versions]).toEqual(MACHINES.map((machine) => [machine.name, versionOf(machine)]));
});

it('[G28] the lobby offers the game, without the bot, and the match page draws it in its own words', async () => {
  const [one, other] = [await visit(browser), await visit(browser)];
  await register(one.page, `${parlor.origin}/`, 'Cleo');
  await one.page.getByText('Higher', { exact: true }).click();
  expect(await one.page.getByRole('button', { name: texts.lobby.bot }).count()).toBe(0);
  await one.page.getByRole('button', { name: texts.lobby.create }).click();
  await one.page.waitForURL(/\/m\//);
  await register(other.page, one.page.url(), 'Dan');
  const pages = [one.page, other.page];
  const hint = (n: number) => pages[n]?.getByText('Name a number.') as ReturnType<typeof one.page.getByText>;
  await expect
    .poll(async () => (await Promise.all([hint(0).count(), hint(1).count()])).reduce((a, b) => a + b))
    .toBe(1);
  const turn = (await hint(0).count()) === 1 ? 0 : 1;
  const [first, second] = [pages[turn], pages[1 - turn]] as [typeof one.page, typeof one.page];
  await first.getByRole('button', { name: 'Name 99' }).click();
  await first.getByText('That number is too large.').waitFor();
  await first.getByRole('button', { name: 'Name 5' }).click();
  await second.getByText('Name a number.').waitFor();
  await second.getByRole('button', { name: 'Name 1' }).click();
  for (const page of pages) await page.getByText('The higher number wins.').waitFor();
  expect([...one.troubles, ...other.troubles]).toEqual([]);
});
