/** The whole of Parlor as a child process: started, watched, killed and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Client } from '@colyseus/sdk';
import { DurableConnection } from '#client/net/durable-room.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { watchForCrash } from '#tests/setup/crashes.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PASSWORD = 'a long enough one';

/** The first administrator, as the start said it. */
export function administratorIn(output: string): { username: string; password: string } {
  const [, username = '', password = ''] = /shown this once: +(\S+) +(\S+)/.exec(output) ?? [];
  return { username, password };
}

export type ParlorOptions = {
  dataDir: string;
  port: number;
  entry?: string;
  /** Of another release, see `release.ts`. */
  root?: string;
  env?: Record<string, string>;
  /** A command that becomes the program: its last words are put behind it. */
  through?: readonly string[];
};

export class ParlorProcess {
  readonly origin: string;
  readonly #child: ChildProcess;
  readonly exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  readonly #startedAt = performance.now();
  #output = '';

  constructor({ dataDir, port, entry = 'server/main.ts', root = ROOT, env = {}, through = [] }: ParlorOptions) {
    this.origin = `http://localhost:${port}`;
    const [program = '', ...given] = [...through, process.execPath, resolve(root, entry)];
    this.#child = spawn(program, given, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        PORT: String(port),
        PARLOR_DATA_DIR: dataDir,
        LOG_LEVEL: 'trace',
        ...env,
      },
    });
    watchForCrash(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.exited = once(this.#child, 'close') as typeof this.exited;
  }

  /** Everything it wrote, both streams. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** As `wanted`; rejects with all it wrote when it ends before. */
  alive<T>(wanted: Promise<T>): Promise<T> {
    const ended = this.exited.then((): never => {
      throw new Error(`Parlor ended too early\n${this.#output}`);
    });
    return Promise.race([wanted, ended]);
  }

  /** Resolves once `/readyz` says so, with the ms since the process was started. */
  async ready(): Promise<number> {
    let over = false;
    void this.exited.then(() => {
      over = true;
    });
    for (;;) {
      if (over) throw new Error(`Parlor ended before it was ready\n${this.#output}`);
      const ready = await fetch(`${this.origin}/readyz`, { signal: AbortSignal.timeout(1_000) })
        .then(({ status }) => status === 200)
        .catch(() => false);
      if (ready) return Math.round(performance.now() - this.#startedAt);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end; ms that it took, and how it ended. */
  async end(signal: NodeJS.Signals): Promise<{ code: number | null; ms: number }> {
    const from = performance.now();
    this.#child.kill(signal);
    const [code] = await this.exited;
    return { code, ms: Math.round(performance.now() - from) };
  }

  /** Signs somebody up by the real pages; the access token is good for five minutes. */
  async register(username: string): Promise<Person> {
    const browser = createBrowser({ url: this.origin, realm: 'parlor', clientId: 'parlor-web' });
    const page = await browser.start(`${this.origin}/`, 'register');
    const tokens = await browser.finish(await browser.submit(page, { username, password: PASSWORD }));
    const signOut = async () => void (await browser.signOut(tokens, `${this.origin}/`));
    return new Person(this.origin, tokens.access_token, signOut);
  }
}

async function noBrowser(): Promise<void> {
  throw new Error('this person has a token, and no browser to sign out with');
}

export class Person {
  readonly origin: string;
  readonly token: string;
  /** The way the page does it. */
  readonly signOut: () => Promise<void>;

  constructor(origin: string, token: string, signOut = noBrowser) {
    this.origin = origin;
    this.token = token;
    this.signOut = signOut;
  }

  async call<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(`${this.origin}/apis/parlor.dev/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  open<S>(room: string): Promise<DurableConnection<S>> {
    return DurableConnection.open<S>(new Client(this.origin), room, async () => this.token);
  }
}
