/** Starts a throw-away PostgreSQL on a free port: no fsync, trusts this machine, gone when stopped. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    await control('-m', 'immediate', 'stop');
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

/** PostgreSQL refuses to run as root; then `nobody` runs it. */
async function owner(directory: string) {
  if (process.getuid?.() !== 0) return (program: string, args: string[]) => run(program, args, { cwd: directory });
  await run('chown', ['nobody', directory]);
  return (program: string, args: string[]) =>
    run('runuser', ['-u', 'nobody', '--', program, ...args], { cwd: directory });
}
