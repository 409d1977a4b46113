/** Starts a throw-away PostgreSQL on a free port: no fsync, trusts this machine, gone when stopped. */
import { execFile } from 'node:child_process';
import { chmod, glob, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

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
export async function startPostgres(): Promise<Postgres> {
  const bin = await programs();
  const directory = await mkdtemp(join(tmpdir(), 'parlor-postgres-'));
  const data = join(directory, 'data');
  const asOwner = await owner(directory);
  const port = await freePort();
  const settings = `-F -p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${directory}`;
  const control = (...args: string[]) => asOwner(join(bin, 'pg_ctl'), ['-D', data, '-w', ...args]);

  const start = () => control('-l', join(directory, 'log'), '-o', settings, 'start');
  const crash = () => control('-m', 'immediate', 'stop');
  try {
    await asOwner(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'parlor', '--no-sync', '-E', 'UTF8']);
    await start();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `postgres://parlor@127.0.0.1:${port}/postgres`,
    start,
    crash,
    async stop() {
      await crash();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function programs(): Promise<string> {
  const found = await Array.fromAsync(glob('/usr/lib/postgresql/*/bin/initdb'));
  const newest = found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest) return join(newest, '..');
  const onPath = await run('which', ['initdb']).catch(() => undefined);
  if (onPath) return join(onPath.stdout.trim(), '..');
  throw new Error('PostgreSQL is missing: the tests start one of their own. Install it: apt-get install postgresql');
}

/** PostgreSQL refuses to run as root; then `nobody` runs it. */
async function owner(directory: string) {
  // Not piped: the server inherits pg_ctl's output and would hold a pipe open for as long as it lives.
  if (process.getuid?.() !== 0) return (program: string, args: string[]) => quietly(program, args, directory);
  await chmod(directory, 0o700);
  await run('chown', ['nobody', directory]);
  return (program: string, args: string[]) => quietly('runuser', ['-u', 'nobody', '--', program, ...args], directory);
}
