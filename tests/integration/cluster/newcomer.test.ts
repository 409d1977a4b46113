/** `npm run cluster` as somebody would use it who has just cloned this. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createBrowser } from '#server/identity/test-browser.ts';
import { openPages } from '#tests/integration/process/pages.ts';
import { Person } from '#tests/integration/process/parlor.ts';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { freePort } from '#tests/kill/victim.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

quiet();
vi.setConfig({ testTimeout: 240_000 }); // it starts and ends a cluster, one after another

function start(port: number, count = '2', more: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, PORT: String(port), LOG_LEVEL: 'info', ...more };
  const options = { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
  const child: ChildProcess = spawn(process.execPath, [join(ROOT, 'scripts/cluster.ts'), count], options);
  const started = { child, output: '', ended: once(child, 'exit') as Promise<[number | null]> };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      started.output += text;
    });
  }
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await started.ended;
  });
  return started;
}

type Row = { pid: number; parent: number; args: string };
function processes(): Row[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return rows.map((row) => {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return { pid: Number(pid), parent: Number(parent), args };
  });
}
const childrenOf = (pid: number | undefined) => processes().filter(({ parent }) => parent === pid);
/** PostgreSQL is nobody's child. */
const postgresAt = (port: string) =>
  processes().filter(({ args }) => args.includes('postgres') && args.includes(` ${port} `));
const isThere = ({ pid }: Row) => processes().some((one) => one.pid === pid);

it('[P23] npm run cluster: sign in through the edge, kill one process, continue, Ctrl-C, and nothing is left behind', async () => {
  const port = await freePort();
  const running = start(port);
  await vi.waitUntil(() => running.output.includes('2 processes and an edge: Parlor is open'), { timeout: 90_000 });
  const origin = `http://localhost:${port}`;
  const mine = childrenOf(running.child.pid);
  expect(mine.map(({ args }) => args.split(' ')[0]?.split('/').at(-1)).sort()).toEqual([
    'node',
    'node',
    'node',
    'redis-server',
  ]);
  const environment = readFileSync(`/proc/${mine.find(({ args }) => args.includes('main.ts'))?.pid}/environ`, 'utf8');
  const [, database = ''] = /DATABASE_URL=postgres:\/\/[^@]*@[^:]*:(\d+)/.exec(environment) ?? [];
  const theirs = postgresAt(database);
  expect(theirs).not.toEqual([]);
  expect(running.output).toMatch(/rooms-\d +\| .*administrator's account.*shown this once/);

  const browser = createBrowser({ url: origin, realm: 'parlor', clientId: 'parlor-web' });
  const page = await vi.waitFor(() => browser.start(`${origin}/`, 'register'), { timeout: 20_000 });
  const form = await browser.submit(page, { username: 'Ada', password: 'a long enough one' });
  const ada = new Person(origin, (await browser.finish(form)).access_token);
  const [, victim = ''] = /kill -9 (\d+)/.exec(running.output) ?? [];
  process.kill(Number(victim), 'SIGKILL');
  await vi.waitFor(() => ada.call('GET', 'players/me'), { timeout: 20_000 });
  await vi.waitUntil(() => running.output.includes('a process has ended (SIGKILL); the others go on'), {
    timeout: 20_000,
  });

  const pages = await openPages(ada);
  onTestFinished(() => pages.close());
  running.child.kill('SIGINT');
  expect((await running.ended)[0], running.output).toBe(0);
  expect([...mine, ...theirs].filter(isThere)).toEqual([]);
});

it('[P23] a Ctrl-C during the start leaves nothing behind either', async () => {
  const early = start(await freePort());
  await vi.waitUntil(() => childrenOf(early.child.pid).some(({ args }) => args.includes('redis')), {
    timeout: 60_000,
    interval: 20,
  });
  const mine = childrenOf(early.child.pid);
  early.child.kill('SIGINT');
  expect((await early.ended)[0], early.output).toBe(0);
  expect(mine.filter(isThere)).toEqual([]);
});

it('[P28] a cluster that cannot start says why in one sentence, ends what it started and leaves no file', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  const empty = await mkdtemp(join(tmpdir(), 'parlor-no-programs-'));
  const free = String(await freePort());
  const cases: [env: Record<string, string>, says: RegExp][] = [
    [{ PORT: String(port) }, new RegExp(`Port ${port} of 127.0.0.1 is in use by another program`)],
    [{ PORT: free, LOG_LEVEL: 'loud' }, /mistakes:\n +LOG_LEVEL: .*not one of/],
    [{ PORT: free, PATH: empty }, /needs Redis, .*apt-get install -y redis-server$/m],
    [{ PORT: free, PATH: empty, PG_BIN: empty }, /needs PostgreSQL and Redis, .*-y postgresql redis-server$/m],
  ];
  for (const [env, says] of cases) {
    const scratch = await mkdtemp(join(tmpdir(), 'parlor-scratch-'));
    const one = start(0, '1', { ...env, TMPDIR: scratch, NODE_DISABLE_COMPILE_CACHE: '1' });
    expect([env, (await one.ended)[0]]).toEqual([env, 1]);
    expect(one.output).toMatch(says);
    expect(
      one.output
        .trim()
        .split('\n')
        .filter((said) => !said.startsWith('  ')),
      one.output,
    ).toHaveLength(1);
    expect(await readdir(scratch)).toEqual([]);
    await rm(scratch, { recursive: true });
  }
  await rm(empty, { recursive: true });
});
