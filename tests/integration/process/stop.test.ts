/** Told to stop, a server ends, whatever is open at it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createBrowser } from '#server/identity/test-browser.ts';
import { startCluster } from '#tests/integration/cluster/cluster.ts';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { freePort } from '#tests/kill/victim.ts';
import { openPages } from './pages.ts';
import { ParlorProcess, Person } from './parlor.ts';

quiet();
const ROOT = resolve(import.meta.dirname, '../../..');
/** Less than a socket is given by its library to answer a close; on a calm machine it takes two seconds. */
const STOPS_MS = 20_000;

async function ownData(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-stop-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

async function pagesAt(server: { register(name: string): Promise<Person> }) {
  const pages = await openPages(await server.register('Ada'));
  onTestFinished(() => pages.close());
}

it('[X21] SIGTERM and Ctrl-C end one process with pages open: exit 0, store and database closed, port and data free', async () => {
  const [dataDir, port] = [await ownData(), await freePort()];
  const parlor = new ParlorProcess({ dataDir, port });
  onTestFinished(async () => void (await parlor.end('SIGKILL')));
  await parlor.ready();
  await pagesAt(parlor);
  const { code, ms } = await parlor.end('SIGTERM');
  expect({ code, soon: ms < STOPS_MS }, parlor.output.slice(-3000)).toEqual({ code: 0, soon: true });
  expect(parlor.output).not.toMatch(/"level":(50|60)/);

  const next = new ParlorProcess({ dataDir, port });
  onTestFinished(async () => void (await next.end('SIGKILL')));
  await next.ready();
  const person = await next.register('Bea');
  const pages = await openPages(person);
  onTestFinished(() => pages.close());
  expect((await next.end('SIGINT')).code).toBe(0);
});

it('[X21] a cluster process, and then its edge, stop with pages open', async () => {
  const cluster = await startCluster(1);
  onTestFinished(() => cluster.close());
  await pagesAt(cluster);
  const [member] = cluster.rooms as [ParlorProcess];
  for (const one of [member, cluster.edge]) {
    const { code } = await one.end('SIGTERM');
    expect(code, one.output.slice(-3000)).toBe(0);
  }
  expect(member.output).not.toMatch(/"level":(50|60)/);
});

it.each([
  { script: ['start'], open: 'Parlor is open at' },
  { script: ['run', 'cluster', '--', '1'], open: 'Ctrl-C ends all' },
])('[X21] SIGTERM to npm $script stops the server that it started, with pages open', async ({ script, open }) => {
  const port = await freePort();
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), PARLOR_DATA_DIR: await ownData() };
  const npm = spawn('npm', script, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env });
  const ended = once(npm, 'close');
  onTestFinished(async () => void (await ended));
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  await vi.waitUntil(() => output.includes(open), { timeout: 90_000 });
  const mine = descendantsOf(npm);
  onTestFinished(() => mine.filter(isThere).forEach((pid) => void process.kill(pid, 'SIGKILL')));
  expect(mine.length).toBeGreaterThan(0);
  await pagesAt({ register: (name) => register(`http://localhost:${port}`, name) });
  npm.kill('SIGTERM');
  expect((await ended)[0], output).toBe(0);
  expect(mine.filter(isThere)).toEqual([]);
});

it('[X21] every npm script passes its signals on: no shell stands between npm and its program', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(Object.entries(scripts).filter(([, command]) => !/^exec [^;&|]+$/.test(command))).toEqual([]);
});

async function register(origin: string, username: string): Promise<Person> {
  const browser = createBrowser({ url: origin, realm: 'parlor', clientId: 'parlor-web' });
  const page = await vi.waitFor(() => browser.start(`${origin}/`, 'register'), { timeout: 20_000 });
  const form = await browser.submit(page, { username, password: 'a long enough one' });
  return new Person(origin, (await browser.finish(form)).access_token);
}

function descendantsOf({ pid }: ChildProcess): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (of: number): number[] =>
    parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return below(pid as number);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
