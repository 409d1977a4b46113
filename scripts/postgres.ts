/** Starts a throw-away PostgreSQL on a free port: no fsync, trusts this machine, gone when stopped. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findPostgres } from '#scripts/deps.ts';
import { freePort } from '#scripts/free-port.ts';

const run = promisify(execFile);

export type Postgres = {
  /** Of its database `postgres`, as a superuser. */
  url: string;
  /** Stops answering at once, as a crash does; `start` brings it back with what it had. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
};

/** @throws Error with a sentence when PostgreSQL's server programs are not installed. */
export async function startPostgres(superuser = 'parlor'): Promise<Postgres> {
  const bin = findPostgres();
  if (bin === undefined) {
    throw new Error('PostgreSQL is missing: the tests start one of their own. Install it: apt-get install postgresql');
  }
  const directory = await mkdtemp(join(tmpdir(), 'parlor-postgres-'));
  const data = join(directory, 'data');
  const asOwner = await owner(directory);
  const port = await freePort();
  const settings = `-F -p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${directory}`;
  const control = (...args: string[]) => asOwner(join(bin, 'pg_ctl'), ['-D', data, '-w', ...args]);

  const start = async () => {
    await control('-l', join(directory, 'log'), '-o', settings, 'start');
  };
  const crash = async () => {
    const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
    await control('-m', 'immediate', 'stop');
    // pg_ctl waits for the file to be gone; the process is there for some milliseconds more.
    await ended(Number(pid));
  };
  try {
    await asOwner(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', superuser, '--no-sync', '-E', 'UTF8']);
    await start();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `postgres://${superuser}@127.0.0.1:${port}/postgres`,
    start,
    crash,
    async stop() {
      await crash();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves once there is no such process, or after ten seconds. */
async function ended(pid: number): Promise<void> {
  for (const until = performance.now() + 10_000; performance.now() < until; await pause(5)) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
  }
}

/** PostgreSQL refuses to run as root; then `nobody` runs it. */
async function owner(directory: string) {
  if (process.getuid?.() !== 0) return (program: string, args: string[]) => run(program, args, { cwd: directory });
  await run('chown', ['nobody', directory]);
  return (program: string, args: string[]) =>
    run('runuser', ['-u', 'nobody', '--', program, ...args], { cwd: directory });
}
