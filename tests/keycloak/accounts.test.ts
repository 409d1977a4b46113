/** People for a load test, made in bulk in a real Keycloak; k6 signs in at its pages. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createBrowser } from '#server/identity/test-browser.ts';
import { startParlorProcess } from '#tests/e2e/parlor.ts';

const keycloak = inject('keycloak');
const trusted = { KEYCLOAK_URL: keycloak.url, KEYCLOAK_CLIENT_SECRET: keycloak.clientSecret };

/** A program of ours; resolves with its exit code and what it said. */
function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { env: { PATH, HOME, ...env } }, (error, out, err) => {
      done({ code: error ? Number(error.code ?? -1) : 0, said: out + err });
    });
  });
}

it('[W11] people are created in bulk in a Keycloak, k6 signs in as them at its pages, and they are removed again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parlor-accounts-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'accounts.json');
  const made = await run('loadtest/run/accounts.ts', ['--count', '12', '--out', file], trusted);
  expect(made).toMatchObject({ code: 0, said: expect.stringContaining('12 people can sign in') });
  const accounts = JSON.parse(await readFile(file, 'utf8')) as { username: string; password: string }[];
  expect(new Set(accounts.map(({ username }) => username)).size).toBe(12);

  const parlor = await startParlorProcess({ ...trusted, PARLOR_LIMITS: 'load' }, keycloak.parlor.port);
  onTestFinished(() => parlor.stop());
  const orders = ['rest-mix', '--smoke', '--address', parlor.origin, '--accounts', file, '--out', directory];
  const load = await run('loadtest/run/main.ts', orders);
  expect(load, load.said).toMatchObject({ code: 0 });

  const gone = await run('loadtest/run/accounts.ts', ['--remove', file], trusted);
  expect(gone).toMatchObject({ code: 0, said: expect.stringContaining('12 people are gone') });
  expect(existsSync(file)).toBe(false);
  const { username = '', password = '' } = accounts[0] ?? {};
  const browser = createBrowser({ url: keycloak.url, realm: 'parlor', clientId: 'parlor-web' });
  await expect(browser.signIn(username, password, `${keycloak.parlor.origin}/`)).rejects.toThrow();
});

it('[W11] invalid arguments, no Keycloak and a wrong secret end in a sentence', async () => {
  const nowhere = await run('loadtest/run/accounts.ts', ['--count', '3', '--out', '/tmp/never.json']);
  expect(nowhere).toMatchObject({ code: 2, said: expect.stringContaining('set KEYCLOAK_URL') });
  const nothing = await run('loadtest/run/accounts.ts', ['--count', '0', '--out', '/tmp/never.json'], trusted);
  expect(nothing).toMatchObject({ code: 2, said: expect.stringContaining('Say how many people') });
  const env = { ...trusted, KEYCLOAK_CLIENT_SECRET: 'not-the-secret' };
  const wrong = await run('loadtest/run/accounts.ts', ['--count', '3', '--out', '/tmp/never.json'], env);
  expect(wrong).toMatchObject({ code: 2, said: expect.stringContaining('does not accept the secret') });
});
