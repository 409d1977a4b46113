/** A Keycloak on this machine with Parlor's realm, in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { provideJdk } from '#scripts/keycloak/jdk.ts';
import { ToolMissing } from '#scripts/tool-missing.ts';
import { keycloak } from '#scripts/tools.ts';

export const REALM_FILE = resolve(import.meta.dirname, '../../helm/realm/parlor-realm.json');
const REALM = 'parlor';
/** What its home is made of; its data lies beside these. */
const PARTS = ['lib', 'conf', 'providers', 'themes'];
const PATIENCE_MS = 300_000;
const POLL_MS = 250;

export type KeycloakOptions = {
  /** Its home: what it keeps is kept here. */
  directory: string;
  port: number;
  /** Where Parlor is, for browsers and for logout tokens. */
  parlor: string;
  /** Of client `parlor-server`; counts on the first start only, as `administrator` does. */
  clientSecret: string;
  administrator: { username: string; password: string };
  /** Each line that it says. */
  say?(line: string): void;
};

export type RunningKeycloak = {
  url: string;
  /** Resolves when it has ended, by itself or not. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
};

/** Resolves once the realm answers. @throws ToolMissing, or with its last words when it ended before. */
export async function startKeycloak(options: KeycloakOptions): Promise<RunningKeycloak> {
  const { directory, port, parlor, clientSecret, administrator, say } = options;
  const [jdk, program] = [provideJdk(), keycloak.provide()];
  await expectFree(port);
  await makeHome(directory, join(dirname(program), 'dist'));
  const url = `http://localhost:${port}`;
  const child = spawn(
    'sh',
    [
      join(directory, 'bin/kc.sh'),
      'start',
      '--optimized',
      '--import-realm',
      '--cache=local',
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      `--hostname=${url}`,
    ],
    {
      // A group of its own: Ctrl-C is for who started it, which stops it in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        JAVA_HOME: jdk,
        JAVA_OPTS_APPEND: '-Xmx512m',
        KC_BOOTSTRAP_ADMIN_USERNAME: administrator.username,
        KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
        PARLOR_ORIGIN: parlor,
        PARLOR_BACKCHANNEL: parlor,
        PARLOR_SERVER_ENABLED: 'true',
        PARLOR_SERVER_SECRET: clientSecret,
      },
    },
  );
  const ended = once(child, 'exit');
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > 40) last.shift();
      say?.(line);
    });
  }
  try {
    await untilOpen(child, `http://127.0.0.1:${port}/realms/${REALM}`);
  } catch (error) {
    await end(child, ended);
    throw new Error(`${(error as Error).message}\n${last.join('\n')}`);
  }
  return { url, ended, stop: () => end(child, ended) };
}

/** Or whoever answers there would be taken for the one that is started. */
async function expectFree(port: number): Promise<void> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    throw new ToolMissing(`Port ${port} of this machine is taken. Choose another, as in: npm run keycloak -- 8090`);
  }
  probe.close();
  await once(probe, 'close');
}

/** Links to what all share, so that several can run, each with data of its own. */
async function makeHome(directory: string, dist: string): Promise<void> {
  await mkdir(join(directory, 'bin'), { recursive: true });
  await mkdir(join(directory, 'data/import'), { recursive: true });
  await copyFile(join(dist, 'bin/kc.sh'), join(directory, 'bin/kc.sh'));
  await copyFile(REALM_FILE, join(directory, 'data/import/parlor-realm.json'));
  for (const part of PARTS) {
    await rm(join(directory, part), { recursive: true, force: true });
    await symlink(join(dist, part), join(directory, part));
  }
}

async function untilOpen(child: ChildProcess, address: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('Keycloak ended before it was open.');
    if (Date.now() > deadline) throw new Error(`Keycloak was not open after ${PATIENCE_MS / 1000} s.`);
    const answer = await fetch(address, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await new Promise((wait) => setTimeout(wait, POLL_MS));
  }
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  // kc.sh becomes java by exec; should it not have come that far, its group goes, too.
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // it has just ended by itself
    }
    await ended;
  }
}
