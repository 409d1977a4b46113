/** One life of the server: a child process that loads its code, gets its orders, and dies. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { watchForCrash } from '#tests/setup/crashes.ts';
import type { Orders, Said } from './orders.ts';

const PROGRAM = fileURLToPath(new URL('./server.ts', import.meta.url));

export type End = { code: number | null; signal: NodeJS.Signals | null; at: number };

export class Victim {
  readonly #child: ChildProcess;
  readonly #said = new Map<Said, PromiseWithResolvers<void>>();
  readonly ended: Promise<End>;
  #output = '';

  constructor() {
    this.#child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    watchForCrash(this.#child);
    for (const said of ['loaded', 'ready'] as const) this.#said.set(said, Promise.withResolvers());
    this.#child.on('message', (said) => this.#said.get(said as Said)?.resolve());
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-20_000);
      });
    }
    this.ended = once(this.#child, 'exit').then(([code, signal]) => ({ code, signal, at: performance.now() }));
  }

  /** The end of what it wrote. */
  get output(): string {
    return this.#output;
  }

  async serve(orders: Orders): Promise<void> {
    await this.#said.get('loaded')?.promise;
    this.#child.send(orders);
  }

  /** Resolves once it serves; never, if it dies before. */
  get ready(): Promise<void> {
    return this.#said.get('ready')?.promise ?? Promise.reject();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Each worker of a test run has its own: a client that dials a dead server must not reach one of another test. */
const PORTS_PER_WORKER = 1_000;
const FIRST_PORT = 20_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 10) * PORTS_PER_WORKER;
const given = new Set<number>();

/**
 * A port that was not given before. Outside of what the system gives to outgoing connections: one that dials a dead
 * server may be given its port.
 */
export async function freePort(random: (below: number) => number = (below) => Math.floor(Math.random() * below)) {
  const { createServer } = await import('node:net');
  for (;;) {
    const port = FIRST_PORT + random(PORTS_PER_WORKER);
    if (given.has(port)) continue;
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    given.add(port);
    return port;
  }
}
