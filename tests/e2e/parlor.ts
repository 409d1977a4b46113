/** Parlor as a person starts it: a process of its own, with its own data, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildClient } from '#scripts/build-client.ts';
import { freePort } from '#scripts/free-port.ts';
import { administratorIn } from '#tests/integration/process/parlor.ts';
import { watchForCrash } from '#tests/setup/crashes.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export type ParlorProcess = {
  origin: string;
  /** As printed on the first start. */
  administrator: { username: string; password: string };
  /** Everything it said. */
  output(): string;
  /** kill -9: nothing is flushed, nobody is told. Of many, the one that has the room. */
  kill(room?: string): Promise<void>;
  /** Again, on the same data and at the same address; resolves when it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** `port` is for who has told somebody else of it already. */
export async function startParlorProcess(env: Record<string, string> = {}, port?: number): Promise<ParlorProcess> {
  await buildClient();
  const directory = await mkdtemp(join(tmpdir(), 'parlor-e2e-'));
  const place = port ?? (await freePort());
  const origin = `http://localhost:${place}`;
  let said = '';
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn(process.execPath, ['server/main.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        PORT: String(place),
        PARLOR_DATA_DIR: join(directory, 'data'),
        PARLOR_LOGINS_PER_MINUTE: '1000',
        PARLOR_JOINS_PER_MINUTE: '10000',
        PARLOR_REQUESTS_PER_MINUTE: '10000',
        ...env,
      },
    });
    watchForCrash(child);
    const open = new Promise<void>((done, fail) => {
      const listen = (chunk: Buffer) => {
        said += chunk;
        if (String(chunk).includes('Parlor is open at')) done();
      };
      child.stdout?.on('data', listen);
      child.stderr?.on('data', listen);
      child.once('exit', (code) => fail(new Error(`Parlor ended with ${code}:\n${said.slice(-4000)}`)));
    });
    await open;
  }

  await start();
  const administrator = administratorIn(said);
  return {
    origin,
    administrator,
    output: () => said,
    start,
    async kill() {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async stop() {
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
