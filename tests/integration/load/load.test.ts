/** `npm run load` as a child process, with a real k6: that it can fail, and tells one failure from another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ParlorProcess } from '#tests/integration/process/parlor.ts';
import { freePort } from '#tests/kill/victim.ts';

const MAIN = resolve(import.meta.dirname, '../../../loadtest/run/main.ts');
const SMALL = ['--smoke', '--vus', '2', '--seconds', '2'];
const EXIT = { passed: 0, violated: 1, usage: 2, invalid: 3, nothing: 4 };

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'parlor-load-test-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

async function load(...args: string[]): Promise<{ code: number; output: string; figures: Record<string, unknown>[] }> {
  const child = spawn(process.execPath, [MAIN, ...args, '--out', out], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  const json = output.split('\n').findLast((line) => line.startsWith('[{'));
  return { code, output, figures: JSON.parse(json ?? '[]') };
}

describe('npm run load', () => {
  it('[W8] an unreachable threshold fails the run, by name', async () => {
    const { code, output, figures } = await load('probe', ...SMALL, '--require', 'own_visible_ms:max<0');
    expect([code, output]).toEqual([EXIT.violated, expect.stringMatching(/violated: own_visible_ms max<0, it was \d/)]);
    expect(figures).toMatchObject([{ scenario: 'probe', verdict: 'violated', stateErrors: 0, lostCommands: 0 }]);
    expect(await readFile(join(out, 'probe-smoke/summary.html'), 'utf8')).toContain('A threshold was violated.');
    const summary = JSON.parse(await readFile(join(out, 'probe-smoke/summary.json'), 'utf8'));
    expect(summary.thresholds.filter(({ ok }: { ok: boolean }) => !ok)).toMatchObject([{ metric: 'own_visible_ms' }]);
    expect(summary.values.digests.count).toBeGreaterThan(0);
  });

  it('[W8] a late generator invalidates the run and does not blame the server', async () => {
    const late = ['--require', 'generator_lag_ms:min<0', '--require', 'rest_ms:max<0'];
    const { code, output } = await load('rest-mix', ...SMALL, ...late);
    expect([code, output]).toEqual([EXIT.invalid, expect.stringContaining('This run is invalid.')]);
  });

  it('[W9] an impossible run is refused before it starts', async () => {
    const accounts = join(out, 'accounts.json');
    await writeFile(accounts, '[]');
    const nobody = await load('rest-mix', '--address', `http://127.0.0.1:${await freePort()}`, '--accounts', accounts);
    expect([nobody.code, nobody.output]).toEqual([EXIT.nothing, expect.stringContaining('No Parlor answers at')]);
    const wrong = await load('storm');
    expect([wrong.code, wrong.output]).toEqual([EXIT.usage, expect.stringContaining('no scenario "storm"')]);
  });
});

describe('a Parlor on another host', () => {
  let parlor: ParlorProcess;
  const accounts = () => join(out, 'people.json');
  beforeAll(async () => {
    const env = { LOG_LEVEL: 'warn', PARLOR_LIMITS: 'load' };
    parlor = new ParlorProcess({ dataDir: join(out, 'data'), port: await freePort(), env });
    await parlor.ready();
    const people = ['ada', 'bob'].map((username) => ({ username, password: 'a long enough one' }));
    for (const { username } of people) await parlor.register(username);
    await writeFile(accounts(), JSON.stringify(people));
  });
  afterAll(() => parlor.end('SIGKILL'));

  it("[W10] load users sign in at the server's pages, and talk", async () => {
    const { code, figures, output } = await load(
      'lobby-chat',
      ...SMALL,
      '--address',
      parlor.origin,
      '--accounts',
      accounts(),
    );
    expect([code, output]).toEqual([EXIT.passed, expect.any(String)]);
    expect(figures).toMatchObject([{ vus: 2, stateErrors: 0, digests: 0, verdict: 'passed' }]);
  });

  it('[W9] too few accounts for the users are refused', async () => {
    const { code, output } = await load('rest-mix', '--vus', '3', '--address', parlor.origin, '--accounts', accounts());
    expect([code, output]).toEqual([EXIT.nothing, expect.stringContaining('holds 2 accounts, and 3 are needed')]);
  });
});
