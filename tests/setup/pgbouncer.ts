/** Starts a throw-away PgBouncer on a free port, in front of every database of a PostgreSQL; gone when stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPgBouncer } from '#scripts/deps.ts';
import { freePort } from '#scripts/free-port.ts';

export type PoolMode = 'session' | 'transaction' | 'statement';

export type PgBouncer = {
  /** An address of that PostgreSQL, by way of this pooler. */
  through(url: string): string;
  stop(): Promise<void>;
};

/** Every client is the user of `postgresUrl`; `connections` go to each database. */
export async function startPgBouncer(postgresUrl: string, mode: PoolMode, connections = 10): Promise<PgBouncer> {
  const program = findPgBouncer();
  if (program === undefined) throw new Error('PgBouncer is missing. Install it: apt-get install pgbouncer');
  const { hostname, port: behind, username } = new URL(postgresUrl);
  const directory = await mkdtemp(join(tmpdir(), 'parlor-pgbouncer-'));
  await chmod(directory, 0o755);
  const port = await freePort();
  const file = join(directory, 'pgbouncer.ini');
  await writeFile(join(directory, 'users'), `"${username}" ""\n`);
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${behind}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(directory, 'users')}
pool_mode = ${mode}
default_pool_size = ${connections}
max_client_conn = 200
server_idle_timeout = 2
`,
  );
  // PgBouncer refuses to run as root.
  const [command = program, ...args] =
    process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--', program] : [program];
  const child = spawn(command, [...args, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await listening(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    through(url) {
      const address = new URL(url);
      address.host = `127.0.0.1:${port}`;
      return address.href;
    },
    stop,
  };
}

async function listening(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    said.push(line);
    if (line.includes('process up')) {
      child.stderr?.resume(); // what it says later is not read, and must not hold it up
      return;
    }
  }
  throw new Error(`PgBouncer did not start:\n${said.join('\n')}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
